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
  Real step = length(way) + 1e-6f, bend = 1.f - dot(na, nb);
  Mask flat = (bend < .045f) & (size_of(dot(na, way)) + size_of(dot(nb, way)) < step * (.24f + .5f * bend) + 2e-4f * a->f[S_T]);
  return same & (behind | flat);
}

/* Where neighbours see such different things in a mirror that a mean would show. */
INLINE Mask mirrors_differ(const Samples *a, const Samples *b) {
  Mask differ = no();
  for (int j = S_MIRROR; j < S_LIGHT; j++) differ |= size_of(a->f[j] - b->f[j]) > MIRROR_NEAR * (.3f + a->f[j]);
  return differ & (size_of(tone(three(a, S_LIGHT)) - tone(three(b, S_LIGHT))) > TONE_NEAR);
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
  int x[BLOCK * BLOCK], y[BLOCK * BLOCK], fresh[BLOCK * BLOCK], count;
} Places;

INLINE void add_place(const Film *f, Places *o, int x, int y, int fresh) {
  if (x >= f->width || y >= f->height) return;
  o->x[o->count] = x, o->y[o->count] = y, o->fresh[o->count++] = fresh;
}

static void trace_places(const Scene *s, const Film *f, const List *list, const Around *around, const Places *p, float from, float to) {
  for (int n = 0; n < p->count; n += LANES) {
    Real px, py;
    Mask active, fresh;
    for (int k = 0; k < LANES; k++) {
      int j = n + k < p->count ? n + k : n;
      px[k] = p->x[j] + .5f, py[k] = p->y[j] + .5f;
      active[k] = n + k < p->count ? -1 : 0;
      fresh[k] = p->fresh[j] ? -1 : 0;
    }
    Sample o;
    trace_alone(s, f, list, around, px, py, active, fresh, from, to, &o);
    for (int k = 0; k < LANES && n + k < p->count; k++)
      put(f, p->x[n + k], p->y[n + k], id_of(s, o.hit.key[k]), o.light.x[k], o.light.y[k], o.light.z[k], o.z[k], o.mx[k], o.my[k]);
  }
}

static void fill_block(const Scene *s, const Film *f, const List *tile, int x, int y) {
  Around around;
  List list;
  float from, to;
  block_list(s, f, tile, x, y, &list, &from, &to);
  gather_around(f, x, y, &around);
  const Samples *at = around.at;
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
    Mask good = agree(at, at + i, d[0], d[i]), fresh = mirrors_differ(at, at + i);
    Real spread = size_of(tone(three(at, S_LIGHT)) - tone(three(at + i, S_LIGHT)));
    if (i == 3) {
      Samples other = middle(at + 1, at + 2);
      m = middle(&m, &other);
      good &= agree(at + 1, at + 2, d[1], d[2]) & agree(at, at + 1, d[0], d[1]);
      fresh |= mirrors_differ(at + 1, at + 2);
      spread = most(spread, size_of(tone(three(at + 1, S_LIGHT)) - tone(three(at + 2, S_LIGHT))));
    }
    Mask mixed = blurred | (good & ~thin & plain & (spread < TONE_NEAR));
    Mask painted = good & ~mixed & ~thin & ~fresh;
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
      else
        add_place(f, &alone, qx, qy, fresh[k]);
    }
  }
  if (alone.count) trace_places(s, f, &list, &around, &alone, from, to);
}

INLINE float tone1(const float *c) {
  float l = .2126f * c[0] + .7152f * c[1] + .0722f * c[2];
  return l / (1.f + l);
}

enum { EVEN, COARSE, EDGE };

/* What a pixel is: an edge that a single sample shows as a stair, a coarse spot of a face, or neither. */
static int kind_of(const Scene *s, const Film *f, int x, int y) {
  long q = (long)y * f->width + x, w = f->width;
  const float *c = f->light + 4 * q, *m = f->motion + 2 * q;
  if (blur1(s, c[3]) > EDGE_BLUR) return EVEN;
  if ((m[0] * m[0] + m[1] * m[1]) * s->shutter * s->shutter > EDGE_MOTION * EDGE_MOTION) return EVEN;
  long left = x ? q - 1 : q, right = x + 1 < f->width ? q + 1 : q, up = y ? q - w : q, down = y + 1 < f->height ? q + w : q;
  long next[4] = {left, right, up, down};
  float here = tone1(c), step = 0.f, ids = 0.f, near[4];
  for (int k = 0; k < 4; k++) {
    float t = size1(tone1(f->light + 4 * next[k]) - here);
    step = most1(step, t);
    if (f->ids[next[k]] != f->ids[q]) ids = most1(ids, t);
    near[k] = 1.f / f->light[4 * next[k] + 3];
  }
  if (ids > EDGE_TONE_IDS) return EDGE;
  if (step < EDGE_TONE || !f->ids[q]) return EVEN;
  float own = 2.f / c[3], bend = most1(size1(near[0] + near[1] - own), size1(near[2] + near[3] - own));
  return bend > EDGE_BEND * own ? EDGE : COARSE;
}

/* A coarse spot gives half of itself for its neighbours. */
static void soften(const Film *f, int x, int y) {
  long q = (long)y * f->width + x, w = f->width;
  long next[4] = {x ? q - 1 : q, x + 1 < f->width ? q + 1 : q, y ? q - w : q, y + 1 < f->height ? q + w : q};
  for (int i = 0; i < 3; i++) {
    float sum = 0.f;
    for (int k = 0; k < 4; k++) sum += f->light[4 * next[k] + i];
    f->work[4 * q + i] = .5f * f->light[4 * q + i] + .125f * sum;
  }
}

/* Four more samples, on a turned grid, for each edge pixel of a block; `work` takes the result. */
static void smooth_block(const Scene *s, const Film *f, const List *tile, int x, int y) {
  static const float ox[4] = {-.125f, .375f, -.375f, .125f}, oy[4] = {-.375f, -.125f, .125f, .375f};
  Places edge = {.count = 0};
  for (int j = y; j < y + BLOCK && j < f->height; j++)
    for (int i = x; i < x + BLOCK && i < f->width; i++) {
      int kind = kind_of(s, f, i, j);
      if (kind == EDGE) add_place(f, &edge, i, j, 0);
      if (kind == COARSE) soften(f, i, j);
    }
  if (!edge.count) return;
  List list;
  Around around;
  float from, to;
  block_list(s, f, tile, x, y, &list, &from, &to);
  gather_around(f, x, y, &around);
  for (int n = 0; n < edge.count; n += 4) {
    Real px, py;
    Mask active;
    for (int k = 0; k < LANES; k++) {
      int j = n + (k >> 2) < edge.count ? n + (k >> 2) : n;
      px[k] = edge.x[j] + .5f + ox[k & 3], py[k] = edge.y[j] + .5f + oy[k & 3];
      active[k] = n + (k >> 2) < edge.count ? -1 : 0;
    }
    Sample o;
    trace_alone(s, f, &list, &around, px, py, active, no(), from, to, &o);
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
    memcpy(f->work + 4l * y0 * f->width, f->light + 4l * y0 * f->width, (size_t)(16 * rows * f->width));
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
