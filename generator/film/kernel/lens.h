/* What lens and shutter do to a sharp, frozen picture: motion blur and depth of field. */
#ifndef FILM_LENS_H
#define FILM_LENS_H
#include "trace.h"

#define MOTION_MOST 80.f  /* Pixels of the longest streak, at MOTION_WIDTH; tiles reach no farther. */
#define MOTION_LEAST .7f
#define MOTION_SHARE .8f  /* Looks for each pixel of a streak. */
#define BLUR_MOST 44.f    /* Pixels of the widest blur's radius, twice HALF_PAD at most. */
#define LENS_LOOKS 96
#define LENS_TILE 16

/* Greatest motion of each tile, then of each tile and its neighbours, while the shutter is open. */
static void motion_tiles(const Scene *s, const Film *f) {
  int tw = (f->width + MOTION_TILE - 1) / MOTION_TILE, th = (f->height + MOTION_TILE - 1) / MOTION_TILE;
  float *own = f->tiles + 2l * tw * th;
  for (int j = 0; j < th; j++)
    for (int i = 0; i < tw; i++) {
      float best = 0.f, *o = own + 2 * (j * tw + i);
      o[0] = o[1] = 0.f;
      for (int y = j * MOTION_TILE; y < (j + 1) * MOTION_TILE && y < f->height; y++)
        for (int x = i * MOTION_TILE; x < (i + 1) * MOTION_TILE && x < f->width; x++) {
          const float *m = f->motion + 2 * ((long)y * f->width + x);
          float q = m[0] * m[0] + m[1] * m[1];
          if (q > best) best = q, o[0] = m[0], o[1] = m[1];
        }
    }
  for (int j = 0; j < th; j++)
    for (int i = 0; i < tw; i++) {
      float best = -1.f, *o = f->tiles + 2 * (j * tw + i);
      for (int b = j ? j - 1 : 0; b <= j + 1 && b < th; b++)
        for (int a = i ? i - 1 : 0; a <= i + 1 && a < tw; a++) {
          const float *m = own + 2 * (b * tw + a);
          float q = m[0] * m[0] + m[1] * m[1];
          if (q > best) best = q, o[0] = m[0] * s->shutter, o[1] = m[1] * s->shutter;
        }
    }
}

INLINE float streak(float x, float y) { return root1(x * x + y * y); }

/* Whether nothing moves enough to be blurred; after motion_tiles. */
static int still(const Film *f) {
  int count = ((f->width + MOTION_TILE - 1) / MOTION_TILE) * ((f->height + MOTION_TILE - 1) / MOTION_TILE);
  for (int i = 0; i < count; i++)
    if (streak(f->tiles[2 * i], f->tiles[2 * i + 1]) >= MOTION_LEAST) return 0;
  return 1;
}

/* One row of `work` to planes: colours, depth, and how near to its way a moment must be to show a pixel's streak.
 * Beside the picture depth is below 0. */
static void planes_row(const Scene *s, const Film *f, int y) {
  int w = f->width, stride = plane_stride(f);
  long size = (long)stride * f->height;
  float *o = f->planes + (long)y * stride + MOTION_PAD;
  for (int x = 0; x < w; x++) {
    long q = (long)y * w + x;
    const float *c = f->work + 4 * q;
    float there = streak(f->motion[2 * q], f->motion[2 * q + 1]) * s->shutter;
    for (int i = 0; i < 4; i++) o[i * size + x] = c[i];
    o[4 * size + x] = .5f * there + least1(there, 1.f);
  }
  float *z = o + 3 * size;
  for (int k = 1; k <= MOTION_PAD; k++) z[-k] = -1.f;
  for (int k = w; k < stride - MOTION_PAD; k++) z[k] = -1.f;
}

/* Gather along the tile's motion, after McGuire et al. 2012: each look is a moment while the shutter is open, the
 * same for sixteen pixels. Reads `work` and its planes, writes `light`. */
static void streak_row(const Film *f, int y) {
  int tw = (f->width + MOTION_TILE - 1) / MOTION_TILE, stride = plane_stride(f);
  long size = (long)stride * f->height;
  for (int x = 0; x < f->width; x += LANES) {
    int count = f->width - x < LANES ? f->width - x : LANES;
    long q = (long)y * f->width + x;
    const float *tile = f->tiles + 2 * ((y / MOTION_TILE) * tw + x / MOTION_TILE);
    float *out = f->light + 4 * q, vx = tile[0], vy = tile[1], m = streak(vx, vy);
    if (m < MOTION_LEAST) {
      memcpy(out, f->work + 4 * q, 16ul * (unsigned)count);
      continue;
    }
    if (m > MOTION_MOST) vx *= MOTION_MOST / m, vy *= MOTION_MOST / m, m = MOTION_MOST;
    unsigned h = (unsigned)(x * 1973 + y * 9277 + 12345);
    h ^= h >> 13;
    h *= 0x5bd1e995u;
    h ^= h >> 15;
    float jitter = (float)(h & 1023u) / 1024.f;
    int looks = m * MOTION_SHARE < 6.f ? 6 : (int)(m * MOTION_SHARE);
    const float *at = f->planes + (long)y * stride + MOTION_PAD + x;
    Vec own = vec(load(at), load(at + size), load(at + 2 * size)), sum = grey(real(0.f));
    Real z = load(at + 3 * size), here = load(at + 4 * size), thick = 1.f / (.02f * size_of(z) + .01f);
    for (int k = 0; k < looks; k++) {
      float t = ((float)k + jitter) / (float)looks - .5f, way = size1(t) * m;
      int dx = (int)(vx * t + 64.5f) - 64, yy = y + (int)(vy * t + 64.5f) - 64;
      if (yy < 0 || yy >= f->height) continue;
      const float *p = f->planes + (long)yy * stride + MOTION_PAD + x + dx;
      Real pz = load(p + 3 * size), front = unit((z - pz) * thick);
      /* At this moment something in front was here, or what is here had gone and left this to be seen. */
      Real a = mix(unit(here - way), unit(load(p + 4 * size) - way), front);
      a = pick(pz < 0.f, real(0.f), a);
      sum = go(sum, minus(vec(load(p), load(p + size), load(p + 2 * size)), own), a);
    }
    own = go(own, sum, real(1.f / (float)looks));
    float c[3][LANES], depth[LANES];
    memcpy(c[0], &own.x, sizeof c[0]), memcpy(c[1], &own.y, sizeof c[1]), memcpy(c[2], &own.z, sizeof c[2]);
    memcpy(depth, &z, sizeof depth);
    for (int k = 0; k < count; k++) out[4 * k] = c[0][k], out[4 * k + 1] = c[1][k], out[4 * k + 2] = c[2][k], out[4 * k + 3] = depth[k];
  }
}

INLINE float blur_most(const Film *f) { return least1(BLUR_MOST * most1((float)f->width / 1280.f, .5f), 2.f * HALF_PAD - 8.f); }

/* What halving and doubling the picture blurs already is taken off its blur, so that the sum is right. */
INLINE float blur_left(float r) { return r > 1.2f ? root1(r * r - .8f) : r * (2.f / 3.f); }

/* Two rows of `light` to one of the half picture, with the nearest depth and the blur there. */
static void half_row(const Scene *s, const Film *f, int y) {
  int w = f->width / 2, h = f->height / 2, stride = half_stride(f);
  long size = (long)stride * h;
  float *o = f->half + (long)y * stride + HALF_PAD, most_blur = blur_most(f) * .5f;
  for (int x = 0; x < w; x++) {
    float sum[3] = {0.f, 0.f, 0.f}, all = 0.f, near = FAR;
    for (int k = 0; k < 4; k++) {
      const float *c = f->light + 4 * ((long)(2 * y + (k >> 1)) * f->width + 2 * x + (k & 1));
      float l = 1.f / (1.f + .2126f * c[0] + .7152f * c[1] + .0722f * c[2]);
      for (int i = 0; i < 3; i++) sum[i] += c[i] * l;
      all += l;
      near = least1(near, c[3]);
    }
    for (int i = 0; i < 3; i++) o[i * size + x] = sum[i] / all;
    o[3 * size + x] = near;
    o[4 * size + x] = least1(blur_left(blur1(s, near) * .5f), most_blur);
  }
  for (int i = 0; i < 5; i++) {
    float *p = o + i * size;
    for (int k = 1; k <= HALF_PAD; k++) p[-k] = p[0];
    for (int k = w; k < stride - HALF_PAD; k++) p[k] = p[w - 1];
  }
}

/* Greatest blur of each tile of the half picture and its neighbours. */
static void lens_tiles(const Film *f) {
  int w = f->width / 2, h = f->height / 2, tw = (w + LENS_TILE - 1) / LENS_TILE, th = (h + LENS_TILE - 1) / LENS_TILE;
  int stride = half_stride(f);
  const float *blur = f->half + 4l * stride * h + HALF_PAD;
  float *own = f->reach + tw * th;
  for (int j = 0; j < th; j++)
    for (int i = 0; i < tw; i++) {
      float m = 0.f;
      for (int y = j * LENS_TILE; y < (j + 1) * LENS_TILE && y < h; y++)
        for (int x = i * LENS_TILE; x < (i + 1) * LENS_TILE && x < w; x++) m = most1(m, blur[(long)y * stride + x]);
      own[j * tw + i] = m;
    }
  /* A blur of so many tiles reaches so far. */
  int n = (int)(blur_most(f) * .5f / LENS_TILE) + 1;
  for (int j = 0; j < th; j++)
    for (int i = 0; i < tw; i++) {
      float m = 0.f;
      for (int b = j < n ? 0 : j - n; b <= j + n && b < th; b++)
        for (int a = i < n ? 0 : i - n; a <= i + n && a < tw; a++) {
          int da = a < i ? i - a : a - i, db = b < j ? j - b : b - j, d = (da > db ? da : db) - 1;
          float c = own[b * tw + a];
          if (d <= 0 || c > (float)(d * LENS_TILE)) m = most1(m, c);
        }
      f->reach[j * tw + i] = m;
    }
}

/* Gather over a disc in a sunflower pattern. A look counts where its own disc reaches this pixel, for the share
 * of its light that falls here. What lies in front covers what is here; what lies behind is let in no
 * farther than this pixel's own blur. */
static void lens_row(const Film *f, const float *unit_disc, int y) {
  int w = f->width / 2, h = f->height / 2, stride = half_stride(f), tw = (w + LENS_TILE - 1) / LENS_TILE;
  long size = (long)stride * h;
  for (int x = 0; x < w; x += LANES) {
    float reach = f->reach[(y / LENS_TILE) * tw + x / LENS_TILE];
    const float *at = f->half + (long)y * stride + HALF_PAD + x;
    Vec c = vec(load(at), load(at + size), load(at + 2 * size));
    Real z = load(at + 3 * size), own = load(at + 4 * size), blur = own;
    if (reach >= .5f) {
      int n = (int)(reach * reach * 3.f) + 8;
      if (n > LENS_LOOKS) n = LENS_LOOKS;
      float area = reach * reach / (float)n;
      Real least_own = most(own, real(.5f)), all = .25f / (least_own * least_own), cover = real(0.f), cover_blur = cover;
      Vec front = grey(cover);
      c = times(c, all);
      blur = own * all;
      for (int k = 0; k < n; k++) {
        float far = root1(((float)k + .5f) / (float)n) * reach;
        int dx = (int)(unit_disc[2 * k] * far + 64.5f) - 64, yy = y + (int)(unit_disc[2 * k + 1] * far + 64.5f) - 64;
        yy = yy < 0 ? 0 : (yy >= h ? h - 1 : yy);
        const float *p = f->half + (long)yy * stride + HALF_PAD + x + dx;
        Vec pc = vec(load(p), load(p + size), load(p + 2 * size));
        Real pz = load(p + 3 * size), pb = load(p + 4 * size);
        Mask over = pz < z * .97f;
        pb = most(pick(pz > z * 1.01f, least(pb, own), pb), real(.5f));
        Real m = unit(pb - far + .5f) * area / (pb * pb);
        Real ahead = pick(over, m, real(0.f)), beside = pick(over, real(0.f), m);
        front = go(front, pc, ahead);
        cover_blur += pb * ahead;
        cover += ahead;
        c = go(c, pc, beside);
        blur += pb * beside;
        all += beside;
      }
      Real it = 1.f / all, whole = 1.f / most(cover, real(1e-6f)), share = unit(cover);
      c = blend3(times(c, it), times(front, whole), share);
      blur = mix(blur * it, cover_blur * whole, share);
    }
    for (int k = 0; k < LANES && x + k < w; k++) {
      float *o = f->soft + 4 * ((long)y * w + x + k);
      o[0] = c.x[k], o[1] = c.y[k], o[2] = c.z[k], o[3] = blur[k];
    }
  }
}

typedef float Four __attribute__((ext_vector_type(4)));

/* The sharp picture and the soft one put together: `light` to `work`. The soft one is of half the size: its
 * centres lie a quarter and three quarters from ours. `row` has room for one of its rows. */
static void compose_row(const Film *f, int y, int lens, Four *row) {
  int w = f->width / 2, h = f->height / 2;
  const Four *in = (const Four *)(f->light + 4l * y * f->width), *soft = (const Four *)f->soft;
  Four *out = (Four *)(f->work + 4l * y * f->width);
  int tw = (w + LENS_TILE - 1) / LENS_TILE, first = y & 1 ? y / 2 : (y ? y / 2 - 1 : 0), second = first + 1 < h ? first + 1 : first;
  float reach = 0.f;
  for (int i = 0; lens && i < tw; i++) reach = most1(reach, f->reach[(y / 2 / LENS_TILE) * tw + i]);
  if (reach < .3f) {
    memcpy(out, in, sizeof(Four) * (unsigned)f->width);
    return;
  }
  const Four *nearest = soft + (long)(y / 2) * w;
  float b = y & 1 ? .25f : .75f;
  if (!y) b = 0.f;
  for (int x = 0; x < w; x++) row[x] = soft[(long)first * w + x] * (1.f - b) + soft[(long)second * w + x] * b;
  for (int x = 0; x < f->width; x++) {
    int x0 = x & 1 ? x / 2 : (x ? x / 2 - 1 : 0), x1 = x0 + 1 < w ? x0 + 1 : x0;
    Four v = x & 1 ? row[x0] * .75f + row[x1] * .25f : row[x0] * .25f + row[x1] * .75f, c = in[x];
    /* The blur of its own cell: that of the next may belong to what is behind a sharp edge. */
    float t = clamp1((nearest[x / 2][3] * 2.f - .5f) * (1.f / .9f), 0.f, 1.f), z = c[3];
    c += (v - c) * t;
    c[3] = z;
    out[x] = c;
  }
}
#endif
