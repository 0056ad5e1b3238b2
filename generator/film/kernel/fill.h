/* The pixels between the samples of the survey, and the edges. */
#ifndef FILM_FILL_H
#define FILM_FILL_H
#include "trace.h"

/* The shapes of the block at (x, y), as the survey found them. */
static void block_list(const Scene *s, const Film *f, const List *tile, int x, int y, List *list, float *from, float *to) {
  float slim;
  float *block = f->blocks + 2 * ((y / BLOCK) * block_stride(f) + x / BLOCK);
  list->count = 0;
  *from = FAR;
  *to = 0.f;
  if (block[0] >= FAR) return;
  Cone c = cone_over(s, f, (float)x, (float)y, (float)BLOCK);
  cull_block(s, &c, tile, list, from, to, &slim);
  *from = block[0];
}

/* Whether nothing that is painted by a pattern is here: between samples of one tone lies that tone. */
INLINE int plainly(const Scene *s, int key) {
  if (key >= KEY_GROUP) return (s->groups[key - KEY_GROUP].flags & PLAINLY) != 0;
  if (key == KEY_SKY) return s->stars <= 0.f && s->skyline <= 0.f;
  return s->materials[key == KEY_GROUND ? s->ground_material : s->planes[key - KEY_PLANE].material].pattern == PLAIN;
}

/* Which pixels between two samples (on the same thing, in one plane) need no ray of their own. */
INLINE Mask agree(const Samples *a, const Samples *b, Vec da, Vec db) {
  Mask same = a->f[S_KEY] == b->f[S_KEY], behind = a->f[S_KEY] < .5f;
  Vec na = three(a, S_NX), nb = three(b, S_NX);
  Vec way = minus(times(da, a->f[S_T]), times(db, b->f[S_T]));
  Real step = length(way) + 1e-6f, limit = .02f * step + 2e-4f * a->f[S_T];
  Mask flat = (dot(na, nb) > .955f) & (size_of(dot(na, way)) + size_of(dot(nb, way)) < limit + .5f * step * (1.f - dot(na, nb)) + .22f * step);
  Mask shine = no();
  for (int j = S_SUN; j < S_MIRROR; j++) shine |= size_of(a->f[j] - b->f[j]) > SHINE_NEAR;
  for (int j = S_MIRROR; j < S_LIGHT; j++) shine |= size_of(a->f[j] - b->f[j]) > SHINE_NEAR * (.5f + a->f[j]);
  return same & (behind | (flat & ~shine));
}

INLINE Samples middle(const Samples *a, const Samples *b) {
  Samples o;
  for (int j = 0; j < SURVEY_FIELDS; j++) o.f[j] = (a->f[j] + b->f[j]) * .5f;
  return o;
}

/* Pixels that their neighbours give all but the paint. */
static void repaint(const Scene *s, const Film *f, const List *list, Real px, Real py, Mask active, const Samples *m, Sample *o) {
  Vec d = direction(s, f, px, py);
  Hit *hit = &o->hit;
  hit->key = __builtin_convertvector(m->f[S_KEY], Whole);
  hit->t = m->f[S_T];
  hit->normal = normal(three(m, S_NX));
  for (int i = 0; i < s->plane_count; i++) {
    /* A plane's hit is exact at the price of a mean. */
    const Plane *p = s->planes + i;
    Real t = (p->offset - dot1(even(s->now.eye), p->normal)) / least(dot1(d, p->normal), real(-1e-6f));
    hit->t = pick((hit->key == KEY_PLANE + i) & (t > NEAR) & (t < FAR * .5f), t, hit->t);
  }
  Mask solid = active & (hit->key != KEY_SKY);
  hit->t = pick(solid, hit->t, real(1.f));
  hit->at = go(even(s->now.eye), d, hit->t);
  if (any(solid)) {
    o->skin = skin_of(s, list, hit, solid, hit->t * (1.f / s->focal));
    o->shine.sun = m->f[S_SUN];
    o->shine.open = m->f[S_OPEN];
    for (int j = 0; j < LAMP_SHADOWS; j++) o->shine.lamps[j] = m->f[S_LAMP + j];
    o->shine.mirror = three(m, S_MIRROR);
  }
  finish(s, f, px, py, d, active, o);
  f->counters[COUNT_SKIN]++;
}

typedef struct {
  int x[BLOCK * BLOCK], y[BLOCK * BLOCK], count;
} Places;

static void fill_block(const Scene *s, const Film *f, const List *tile, int x, int y) {
  Samples at[4];
  List list;
  float from, to;
  block_list(s, f, tile, x, y, &list, &from, &to);
  gather(f, x, y, 0, 0, at);
  for (int i = 1; i < 4; i++) {
    gather(f, x, y, i & 1, i >> 1, at + i);
    stand_in(at + i, at);
  }
  Real bx, by;
  for (int k = 0; k < LANES; k++) bx[k] = x + 2 * (k & 3) + .5f, by[k] = y + 2 * (k >> 2) + .5f;
  Vec d[4];
  Mask blurred = yes(), plain;
  for (int i = 0; i < 4; i++) {
    d[i] = direction(s, f, bx + 2.f * (i & 1), by + 2.f * (i >> 1));
    blurred &= blur_of(s, at[i].f[S_T]) > FILL_BLUR;
  }
  for (int k = 0; k < LANES; k++) plain[k] = plainly(s, (int)at[0].f[S_KEY][k]) ? -1 : 0;
  float slim = f->blocks[2 * ((y / BLOCK) * block_stride(f) + x / BLOCK) + 1];
  Mask thin = slim < SLIM_PIXELS && from < FAR ? yes() : no();
  Places alone = {.count = 0};
  for (int i = 1; i < 4; i++) {
    int dx = i & 1, dy = i >> 1;
    Samples m = middle(at, at + i);
    Mask good = agree(at, at + i, d[0], d[i]);
    Real spread = size_of(tone(three(at, S_LIGHT)) - tone(three(at + i, S_LIGHT)));
    if (i == 3) {
      Samples other = middle(at + 1, at + 2);
      m = middle(&m, &other);
      good &= agree(at + 1, at + 2, d[1], d[2]) & agree(at, at + 1, d[0], d[1]);
      spread = most(spread, size_of(tone(three(at + 1, S_LIGHT)) - tone(three(at + 2, S_LIGHT))));
    }
    Mask mixed = blurred | (good & ~thin & plain & (spread < TONE_NEAR));
    Mask painted = good & ~mixed & ~thin;
    Sample o;
    Real px = bx + (float)dx, py = by + (float)dy;
    if (any(painted)) repaint(s, f, &list, px, py, painted, &m, &o);
    Vec way = direction(s, f, px, py);
    /* A mean of near and far would come out sharp in between. */
    Real z = pick(good, m.f[S_T], at[0].f[S_T]) * dot1(way, s->now.forward);
    for (int k = 0; k < LANES; k++) {
      int qx = x + 2 * (k & 3) + dx, qy = y + 2 * (k >> 2) + dy;
      if (mixed[k])
        put(f, qx, qy, id_of(s, (int)at[0].f[S_KEY][k]), m.f[S_LIGHT][k], m.f[S_LIGHT + 1][k], m.f[S_LIGHT + 2][k], z[k],
            m.f[S_MOTION][k], m.f[S_MOTION + 1][k]);
      else if (painted[k])
        put(f, qx, qy, id_of(s, o.hit.key[k]), o.light.x[k], o.light.y[k], o.light.z[k], o.z[k], o.mx[k], o.my[k]);
      else if (qx < f->width && qy < f->height)
        alone.x[alone.count] = qx, alone.y[alone.count++] = qy;
    }
  }
  for (int n = 0; n < alone.count; n += LANES) {
    Real px, py;
    Mask active = no();
    for (int k = 0; k < LANES; k++) {
      int j = n + k < alone.count ? n + k : n;
      px[k] = alone.x[j] + .5f, py[k] = alone.y[j] + .5f;
      active[k] = n + k < alone.count ? -1 : 0;
    }
    Sample o;
    trace_alone(s, f, &list, px, py, active, from, to, &o);
    for (int k = 0; k < LANES; k++)
      if (active[k])
        put(f, alone.x[n + k], alone.y[n + k], id_of(s, o.hit.key[k]), o.light.x[k], o.light.y[k], o.light.z[k], o.z[k],
            o.mx[k], o.my[k]);
  }
}

INLINE float tone1(const float *c) {
  float l = .2126f * c[0] + .7152f * c[1] + .0722f * c[2];
  return l / (1.f + l);
}

/* Whether a pixel lies on an edge that a single sample shows as a stair. */
INLINE int on_edge(const Scene *s, const Film *f, int x, int y) {
  long q = (long)y * f->width + x;
  const float *c = f->light + 4 * q, *m = f->motion + 2 * q;
  if (blur1(s, c[3]) > EDGE_BLUR) return 0;
  if ((m[0] * m[0] + m[1] * m[1]) * s->shutter * s->shutter > EDGE_MOTION * EDGE_MOTION) return 0;
  float here = tone1(c);
  for (int k = 0; k < 4; k++) {
    int nx = x + (k == 0) - (k == 1), ny = y + (k == 2) - (k == 3);
    if (nx < 0 || ny < 0 || nx >= f->width || ny >= f->height) continue;
    long r = (long)ny * f->width + nx;
    float step = size1(tone1(f->light + 4 * r) - here);
    if (step > EDGE_TONE && (f->ids[q] || f->ids[r])) return 1;
    if (step > EDGE_TONE_IDS && f->ids[q] != f->ids[r]) return 1;
  }
  return 0;
}

/* Four more samples, on a turned grid, for each edge pixel of a block; `work` takes the result. */
static void smooth_block(const Scene *s, const Film *f, const List *tile, int x, int y) {
  static const float ox[4] = {-.125f, .375f, -.375f, .125f}, oy[4] = {-.375f, -.125f, .125f, .375f};
  Places edge = {.count = 0};
  for (int j = y; j < y + BLOCK && j < f->height; j++)
    for (int i = x; i < x + BLOCK && i < f->width; i++)
      if (on_edge(s, f, i, j)) edge.x[edge.count] = i, edge.y[edge.count++] = j;
  if (!edge.count) return;
  List list;
  float from, to;
  block_list(s, f, tile, x, y, &list, &from, &to);
  for (int n = 0; n < edge.count; n += 4) {
    Real px, py;
    Mask active = no();
    for (int k = 0; k < LANES; k++) {
      int j = n + (k >> 2) < edge.count ? n + (k >> 2) : n;
      px[k] = edge.x[j] + .5f + ox[k & 3], py[k] = edge.y[j] + .5f + oy[k & 3];
      active[k] = n + (k >> 2) < edge.count ? -1 : 0;
    }
    Sample o;
    trace_alone(s, f, &list, px, py, active, from, to, &o);
    Real w = 1.f / (1.f + luminance(o.light));
    for (int j = 0; j < 4 && n + j < edge.count; j++) {
      float r = 0.f, g = 0.f, b = 0.f, sum = 0.f;
      for (int k = 4 * j; k < 4 * j + 4; k++) r += o.light.x[k] * w[k], g += o.light.y[k] * w[k], b += o.light.z[k] * w[k], sum += w[k];
      float *c = f->work + 4 * ((long)edge.y[n + j] * f->width + edge.x[n + j]);
      c[0] = r / sum, c[1] = g / sum, c[2] = b / sum;
    }
    f->counters[COUNT_EDGES]++;
  }
}

/* One row of tiles of the fill (smooth: of the edges). */
static void fill_tiles(const Scene *s, const Film *f, int y0, int smooth) {
  List tile;
  if (smooth) {
    long rows = f->height - y0 < TILE ? f->height - y0 : TILE;
    memcpy(f->work + 4l * y0 * f->width, f->light + 4l * y0 * f->width, 16 * rows * f->width);
  }
  for (int x0 = 0; x0 < f->width; x0 += TILE) {
    Cone cone = cone_over(s, f, (float)x0, (float)y0, (float)TILE);
    cull_tile(s, &cone, &tile);
    for (int k = 0; k < LANES; k++) {
      int x = x0 + (k & 3) * BLOCK, y = y0 + (k >> 2) * BLOCK;
      if (x >= f->width || y >= f->height) continue;
      if (smooth) smooth_block(s, f, &tile, x, y);
      else fill_block(s, f, &tile, x, y);
    }
  }
}
#endif
