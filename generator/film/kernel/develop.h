/* From light to a picture: glare of what is bright, exposure, tone curve, grade, grain. */
#ifndef FILM_DEVELOP_H
#define FILM_DEVELOP_H
#include "lens.h"

#define GLARE_MOST 8.f /* Brighter lights glare no more. */
#define LUT_SIDE 17

INLINE int glare_width(const Film *f, int level) { return (f->width + (4 << (2 * level)) - 1) >> (2 + 2 * level); }
INLINE int glare_height(const Film *f, int level) { return (f->height + (4 << (2 * level)) - 1) >> (2 + 2 * level); }
INLINE float *glare_plane(const Film *f, int level) {
  return f->glare + (level ? 6l * glare_width(f, 0) * glare_height(f, 0) : 0);
}

/* A Gaussian of whole-numbered width across the rows (step 1) or columns of a plane. */
static void smear(const float *in, float *out, int w, int h, int step, int other, int n, const float *weights) {
  int count = step == 1 ? w : h, lines = step == 1 ? h : w;
  for (int j = 0; j < lines; j++)
    for (int i = 0; i < count; i++) {
      float sum = weights[0] * in[(long)j * other + (long)i * step];
      for (int k = 1; k <= n; k++) {
        int a = i - k < 0 ? 0 : i - k, b = i + k >= count ? count - 1 : i + k;
        sum += weights[k] * (in[(long)j * other + (long)a * step] + in[(long)j * other + (long)b * step]);
      }
      out[(long)j * other + (long)i * step] = sum;
    }
}

static void smear_both(float *plane, float *spare, int w, int h, int n, const float *weights) {
  smear(plane, spare, w, h, 1, w, n, weights);
  smear(spare, plane, w, h, w, 1, n, weights);
}

/* Normalised Gaussians of deviation 2.5 and 4. */
static const float NARROW[7] = {.15969f, .14741f, .11596f, .07773f, .04440f, .02161f, .00896f};
static const float WIDE[9] = {.10208f, .09894f, .09008f, .07705f, .06191f, .04673f, .03314f, .02208f, .01381f};

/* A place between the centres of a grid, and the weights of its four neighbours. */
typedef struct { int x0, x1, y0, y1; float a, b; } Between;
INLINE Between between(float x, float y, int w, int h) {
  Between o;
  x = clamp1(x, 0.f, (float)(w - 1));
  y = clamp1(y, 0.f, (float)(h - 1));
  o.x0 = (int)x, o.y0 = (int)y;
  o.a = x - (float)o.x0, o.b = y - (float)o.y0;
  o.x1 = o.x0 + 1 < w ? o.x0 + 1 : o.x0;
  o.y1 = o.y0 + 1 < h ? o.y0 + 1 : o.y0;
  return o;
}

/* All of the glare: what is brighter than white, at a quarter of the size and a sixteenth. */
static void glare(const Scene *s, const Film *f) {
  int w = glare_width(f, 0), h = glare_height(f, 0);
  long size = (long)w * h;
  float *near = glare_plane(f, 0), white = 1.1f / s->exposure;
  for (int y = 0; y < h; y++)
    for (int x = 0; x < w; x++) {
      float sum[3] = {0.f, 0.f, 0.f};
      int n = 0;
      for (int b = 4 * y; b < 4 * y + 4 && b < f->height; b++)
        for (int a = 4 * x; a < 4 * x + 4 && a < f->width; a++, n++)
          for (int i = 0; i < 3; i++)
            sum[i] += clamp1(f->work[4 * ((long)b * f->width + a) + i] - white, 0.f, GLARE_MOST);
      for (int i = 0; i < 3; i++) near[i * size + (long)y * w + x] = sum[i] / (float)n;
    }
  int w2 = glare_width(f, 1), h2 = glare_height(f, 1);
  long size2 = (long)w2 * h2;
  float *far = glare_plane(f, 1);
  for (int i = 0; i < 3; i++)
    for (int y = 0; y < h2; y++)
      for (int x = 0; x < w2; x++) {
        float sum = 0.f;
        int n = 0;
        for (int b = 4 * y; b < 4 * y + 4 && b < h; b++)
          for (int a = 4 * x; a < 4 * x + 4 && a < w; a++, n++) sum += near[i * size + (long)b * w + a];
        far[i * size2 + (long)y * w2 + x] = sum / (float)n;
      }
  for (int i = 0; i < 3; i++) {
    smear_both(near + i * size, near + 3 * size, w, h, 6, NARROW);
    smear_both(far + i * size2, far + 3 * size2, w2, h2, 8, WIDE);
  }
  for (int i = 0; i < 3; i++)
    for (int y = 0; y < h; y++)
      for (int x = 0; x < w; x++) {
        Between p = between(((float)x + .5f) * .25f - .5f, ((float)y + .5f) * .25f - .5f, w2, h2);
        const float *q = far + i * size2;
        float top = q[p.y0 * w2 + p.x0] * (1.f - p.a) + q[p.y0 * w2 + p.x1] * p.a;
        float low = q[p.y1 * w2 + p.x0] * (1.f - p.a) + q[p.y1 * w2 + p.x1] * p.a;
        float *o = near + i * size + (long)y * w + x;
        *o = *o * .6f + (top * (1.f - p.b) + low * p.b) * .8f;
      }
}

/* The filmic curve: S. Hill's fit of the ACES reference and output transforms. */
static Vec filmic(Vec c) {
  Vec a = vec(.59719f * c.x + .35458f * c.y + .04823f * c.z, .07600f * c.x + .90834f * c.y + .01566f * c.z,
              .02840f * c.x + .13383f * c.y + .83777f * c.z);
  Real *v[3] = {&a.x, &a.y, &a.z};
  for (int i = 0; i < 3; i++)
    *v[i] = (*v[i] * (*v[i] + .0245786f) - .000090537f) / (*v[i] * (.983729f * *v[i] + .4329510f) + .238081f);
  return vec(1.60475f * a.x - .53108f * a.y - .07367f * a.z, -.10208f * a.x + 1.10813f * a.y - .00605f * a.z,
             -.00327f * a.x - .07276f * a.y + 1.07602f * a.z);
}

/* Linear light to sRGB (IEC 61966-2-1) to within .004, by a fit of its roots. */
INLINE Real encoded(Real a) {
  Real b = root(unit(a)), c = root(b);
  return unit(.585122381f * b + .783140355f * c - .368262736f * root(c));
}

static Vec graded(const Scene *s, Vec c) {
  Real l = luminance(c);
  c = tint(c, blend3(even(s->shadows), even(s->highlights), unit(l)));
  l = luminance(c);
  Real *v[3] = {&c.x, &c.y, &c.z};
  for (int i = 0; i < 3; i++) {
    Real y = unit(mix(l, *v[i], real(s->saturation)));
    *v[i] = y + s->contrast * (y * y * (3.f - 2.f * y) - y);
  }
  if (!s->table) return c;
  for (int k = 0; k < LANES; k++) {
    float p[3] = {c.x[k] * (LUT_SIDE - 1), c.y[k] * (LUT_SIDE - 1), c.z[k] * (LUT_SIDE - 1)}, t[3], o[3] = {0.f, 0.f, 0.f};
    int at[3];
    for (int i = 0; i < 3; i++) {
      at[i] = (int)p[i];
      if (at[i] > LUT_SIDE - 2) at[i] = LUT_SIDE - 2;
      t[i] = p[i] - (float)at[i];
    }
    for (int j = 0; j < 8; j++) {
      int a = at[0] + (j & 1), b = at[1] + ((j >> 1) & 1), e = at[2] + (j >> 2);
      float w = (j & 1 ? t[0] : 1.f - t[0]) * (j & 2 ? t[1] : 1.f - t[1]) * (j & 4 ? t[2] : 1.f - t[2]);
      const float *q = s->table + 3 * ((a * LUT_SIDE + b) * LUT_SIDE + e);
      for (int i = 0; i < 3; i++) o[i] += w * q[i];
    }
    c.x[k] = o[0], c.y[k] = o[1], c.z[k] = o[2];
  }
  return c;
}

/* A row of the glare, three colours beside one another, between the two of its rows that are nearest. */
static void glare_row(const Film *f, int y, float *row) {
  int w = glare_width(f, 0), h = glare_height(f, 0);
  Between q = between(0.f, ((float)y + .5f) * .25f - .5f, w, h);
  for (int i = 0; i < 3; i++) {
    const float *top = glare_plane(f, 0) + ((long)i * h + q.y0) * w, *low = glare_plane(f, 0) + ((long)i * h + q.y1) * w;
    for (int x = 0; x < w; x++) row[i * w + x] = top[x] * (1.f - q.b) + low[x] * q.b;
  }
}

/* One row of `work` to bytes; `row` has room for three glare rows. */
static void develop_row(const Scene *s, const Film *f, int y, float *row) {
  int w = glare_width(f, 0);
  Real lane;
  for (int k = 0; k < LANES; k++) lane[k] = (float)k;
  if (s->bloom > 0.f) glare_row(f, y, row);
  float half = 2.f / (float)f->width, ny = ((float)y + .5f - .5f * (float)f->height) * half;
  for (int x = 0; x < f->width; x += LANES) {
    float c[3][LANES] = {{0.f}};
    int n = f->width - x < LANES ? f->width - x : LANES;
    const float *p = f->work + 4 * ((long)y * f->width + x);
    for (int k = 0; k < n; k++)
      for (int i = 0; i < 3; i++) c[i][k] = p[4 * k + i];
    for (int k = 0; s->bloom > 0.f && k < n; k++) {
      /* Centres of the glare lie an odd number of eighths away. */
      int at = (x + k - 2) >> 2, a = at < 0 ? 0 : at, b = at + 1 < w ? at + 1 : w - 1;
      float t = ((float)((x + k - 2) & 3) + .5f) * .25f * s->bloom, u = s->bloom - t;
      for (int i = 0; i < 3; i++) c[i][k] += row[i * w + a] * u + row[i * w + b] * t;
    }
    Vec v;
    memcpy(&v.x, c[0], sizeof c[0]), memcpy(&v.y, c[1], sizeof c[1]), memcpy(&v.z, c[2], sizeof c[2]);
    Real nx = ((float)x + lane + .5f - .5f * (float)f->width) * half;
    Real open = 1.f - s->vignette * .6f * (nx * nx + ny * ny);
    v = filmic(times(v, s->exposure * most(open, real(.05f))));
    v = graded(s, vec(encoded(v.x), encoded(v.y), encoded(v.z)));
    Bits place = __builtin_convertvector(__builtin_convertvector(lane, Whole), Bits) + (unsigned)(y * f->width + x);
    Real grain = (scatter(place * CELL_X ^ (unsigned)s->seed) + scatter(place * CELL_Y ^ ((unsigned)s->seed + 77u)) - 1.f) * s->grain;
    Real *parts[3] = {&v.x, &v.y, &v.z};
    uint8_t *o = f->picture + 3 * ((long)y * f->width + x);
    int bytes[3][LANES];
    for (int i = 0; i < 3; i++) {
      Whole byte = __builtin_convertvector(unit(*parts[i] + grain * (1.f - .6f * *parts[i])) * 255.f + .5f, Whole);
      memcpy(bytes[i], &byte, sizeof byte);
    }
    for (int k = 0; k < n; k++)
      for (int i = 0; i < 3; i++) o[3 * k + i] = (uint8_t)bytes[i][k];
  }
}
#endif
