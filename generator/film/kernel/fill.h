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

/* Bits of what is at a key: nothing painted by a pattern (between samples of one tone lies that tone),
 * something polished (of whose mirror a mean may show), something ragged (whose normals are means anyway). */
enum { IS_PLAIN = 1, IS_POLISHED = 2, IS_RAGGED = 4 };
#define POLISHED .2f      /* Roughness. */
#define RAGGED_DEPTH .015f /* Share of the depth that two samples of foliage may differ. */

INLINE int ways_of(const Scene *s, int key) {
  if (key == KEY_SKY) return s->stars <= 0.f && s->skyline <= 0.f ? IS_PLAIN : 0;
  if (key >= KEY_GROUP) {
    int flags = s->groups[key - KEY_GROUP].flags;
    return (flags & PLAINLY ? IS_PLAIN : 0) | (flags & POLISH ? IS_POLISHED : 0) | (flags & RAGGED ? IS_RAGGED : 0);
  }
  const Material *m = s->materials + (key == KEY_GROUND ? s->ground_material : s->planes[key - KEY_PLANE].material);
  /* Puddles are smoother than their ground. */
  int polished = m->mirror > 0.f && (m->rough < POLISHED || m->pattern == PUDDLES);
  return (m->pattern == PLAIN ? IS_PLAIN : 0) | (polished ? IS_POLISHED : 0);
}

/* Which pixels between two samples (on the same thing, in one plane) need no ray of their own. */
INLINE Mask agree(const Samples *a, const Samples *b, Vec da, Vec db, Mask ragged) {
  Mask same = a->f[S_KEY] == b->f[S_KEY], behind = a->f[S_KEY] < .5f;
  Vec na = three(a, S_NX), nb = three(b, S_NX);
  Vec way = minus(times(da, a->f[S_T]), times(db, b->f[S_T]));
  Real step = length(way) + 1e-6f, bend = 1.f - dot(na, nb);
  Mask flat = (bend < .045f) & (size_of(dot(na, way)) + size_of(dot(nb, way)) < step * (.24f + .5f * bend) + 2e-4f * a->f[S_T]);
  ragged &= size_of(a->f[S_T] - b->f[S_T]) < RAGGED_DEPTH * a->f[S_T];
  return same & (behind | flat | ragged);
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

/* Pixels to be traced, and where along their rays that begins. */
typedef struct {
  int x[BLOCK * BLOCK], y[BLOCK * BLOCK], fresh[BLOCK * BLOCK], count;
  float begin[BLOCK * BLOCK];
} Places;

INLINE void add_place(const Film *f, Places *o, int x, int y, int fresh, float begin) {
  if (x >= f->width || y >= f->height) return;
  o->x[o->count] = x, o->y[o->count] = y, o->begin[o->count] = begin, o->fresh[o->count++] = fresh;
}

static void trace_places(const Scene *s, const Film *f, const List *list, const Around *around, const Places *p, float from, float to) {
  for (int n = 0; n < p->count; n += LANES) {
    Real px, py, begin;
    Mask active, fresh;
    for (int k = 0; k < LANES; k++) {
      int j = n + k < p->count ? n + k : n;
      begin[k] = p->begin[j];
      px[k] = p->x[j] + .5f, py[k] = p->y[j] + .5f;
      active[k] = n + k < p->count ? -1 : 0;
      fresh[k] = p->fresh[j] ? -1 : 0;
    }
    Sample o;
    trace_alone(s, f, list, around, px, py, active, fresh, most(begin, real(from)), to, &o);
    for (int k = 0; k < LANES && n + k < p->count; k++)
      put(f, p->x[n + k], p->y[n + k], id_of(s, o.hit.key[k]), o.light.x[k], o.light.y[k], o.light.z[k], o.z[k], o.mx[k], o.my[k]);
  }
}

static void fill_block(const Scene *s, const Film *f, const List *tile, int x, int y) {
  Around around;
  List list;
  float from, to;
  block_list(s, f, tile, x, y, &list, &from, &to);
  Samples at[4];
  gather_four(f, x, y, at);
  Real bx, by;
  for (int k = 0; k < LANES; k++) bx[k] = x + 2 * (k & 3) + .5f, by[k] = y + 2 * (k >> 2) + .5f;
  Vec d[4];
  Mask blurred = yes(), plain;
  for (int i = 0; i < 4; i++) {
    d[i] = direction(s, f, bx + 2.f * (i & 1), by + 2.f * (i >> 1));
    blurred &= blur_of(s, at[i].f[S_T]) > FILL_BLUR;
  }
  int keys[LANES], ways[LANES], plains[LANES], polish[LANES], rough[LANES];
  Mask polished, ragged;
  for (int k = 0; k < LANES; k++) {
    keys[k] = (int)at[0].f[S_KEY][k];
    ways[k] = k && keys[k] == keys[k - 1] ? ways[k - 1] : ways_of(s, keys[k]);
    plains[k] = ways[k] & IS_PLAIN ? -1 : 0;
    polish[k] = ways[k] & IS_POLISHED ? -1 : 0;
    rough[k] = ways[k] & IS_RAGGED ? -1 : 0;
  }
  memcpy(&plain, plains, sizeof plain), memcpy(&polished, polish, sizeof polished);
  memcpy(&ragged, rough, sizeof ragged);
  float slim = f->blocks[2 * ((y / BLOCK) * block_stride(f) + x / BLOCK) + 1];
  int thin_block = slim < SLIM_PIXELS && from < FAR;
  Mask thin = thin_block ? yes() : no();
  Places alone = {.count = 0};
  for (int i = 1; i < 4; i++) {
    int dx = i & 1, dy = i >> 1;
    Samples m = middle(at, at + i);
    Mask good = agree(at, at + i, d[0], d[i], ragged), fresh = polished & mirrors_differ(at, at + i);
    Real spread = size_of(tone(three(at, S_LIGHT)) - tone(three(at + i, S_LIGHT)));
    if (i == 3) {
      Samples other = middle(at + 1, at + 2);
      m = middle(&m, &other);
      good &= agree(at + 1, at + 2, d[1], d[2], ragged) & agree(at, at + 1, d[0], d[1], ragged);
      fresh |= polished & mirrors_differ(at + 1, at + 2);
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
    float c[8][LANES];
    Mask own = mixed | painted;
    Vec light = pick3(painted, o.light, three(&m, S_LIGHT));
    z = pick(painted, o.z, z);
    Real mx = pick(painted, o.mx, m.f[S_MOTION]), my = pick(painted, o.my, m.f[S_MOTION + 1]);
    memcpy(c[0], &light, sizeof light), memcpy(c[3], &z, sizeof z), memcpy(c[4], &mx, sizeof mx), memcpy(c[5], &my, sizeof my);
    /* What is between samples and as large as a pixel is no nearer than the nearest of them, give or take. */
    Real near = least(least(at[0].f[S_T], at[1].f[S_T]), least(at[2].f[S_T], at[3].f[S_T]));
    Real begin = thin_block ? real(0.f) : near * EDGE_BEGIN;
    int put_it[LANES], other[LANES];
    float begins[LANES];
    memcpy(begins, &begin, sizeof begin);
    memcpy(put_it, &own, sizeof own), memcpy(other, &fresh, sizeof fresh);
    for (int k = 0, id = 0; k < LANES; k++) {
      int qx = x + 2 * (k & 3) + dx, qy = y + 2 * (k >> 2) + dy;
      if (!k || keys[k] != keys[k - 1]) id = id_of(s, keys[k]);
      if (put_it[k]) put(f, qx, qy, id, c[0][k], c[1][k], c[2][k], c[3][k], c[4][k], c[5][k]);
      else add_place(f, &alone, qx, qy, other[k], begins[k]);
    }
  }
  if (!alone.count) return;
  keep_around(x, y, at, &around);
  trace_places(s, f, &list, &around, &alone, from, to);
}

enum { EVEN, COARSE, EDGE };
#define RIM (BLOCK + 2)

/* What each pixel of a block is: an edge that a single sample shows as a stair, a coarse spot of a face, or
 * neither. Tones, inverse depths and ids of the block and a rim of one pixel are looked up once. */
static int sort_pixels(const Scene *s, const Film *f, int x0, int y0, int *kinds, float *nearest) {
  float tones[RIM * RIM], depths[RIM * RIM];
  int ids[RIM * RIM], busy = 0;
  for (int j = 0; j < RIM; j++)
    for (int i = 0; i < RIM; i++) {
      int x = x0 + i - 1, y = y0 + j - 1;
      x = x < 0 ? 0 : (x >= f->width ? f->width - 1 : x);
      y = y < 0 ? 0 : (y >= f->height ? f->height - 1 : y);
      long q = (long)y * f->width + x;
      const float *c = f->light + 4 * q;
      tones[j * RIM + i] = .2126f * c[0] + .7152f * c[1] + .0722f * c[2];
      depths[j * RIM + i] = c[3];
      ids[j * RIM + i] = f->ids[q];
    }
  for (int k = 0; k < RIM * RIM; k++) tones[k] = tones[k] / (1.f + tones[k]), depths[k] = 1.f / depths[k];
  for (int j = 0; j < BLOCK; j++)
    for (int i = 0; i < BLOCK; i++) {
      int q = (j + 1) * RIM + i + 1, next[4] = {q - 1, q + 1, q - RIM, q + RIM};
      float step = 0.f, other = 0.f, near = depths[q];
      for (int k = 0; k < 4; k++) {
        float t = size1(tones[next[k]] - tones[q]);
        step = most1(step, t);
        other = most1(other, ids[next[k]] != ids[q] ? t : 0.f);
        near = most1(near, depths[next[k]]);
      }
      float own = 2.f * depths[q];
      float bend = most1(size1(depths[q - 1] + depths[q + 1] - own), size1(depths[q - RIM] + depths[q + RIM] - own));
      int face = (step > EDGE_TONE) & (ids[q] != 0), edge = (other > EDGE_TONE_IDS) | (face & (bend > EDGE_BEND * own));
      kinds[j * BLOCK + i] = edge ? EDGE : (face ? COARSE : EVEN);
      nearest[j * BLOCK + i] = near;
      busy |= edge | face;
    }
  if (!busy) return 0;
  for (int k = 0; k < BLOCK * BLOCK; k++) {
    int x = x0 + k % BLOCK, y = y0 + k / BLOCK;
    if (kinds[k] == EVEN || x >= f->width || y >= f->height) {
      kinds[k] = EVEN;
      continue;
    }
    long q = (long)y * f->width + x;
    const float *m = f->motion + 2 * q;
    if (blur1(s, f->light[4 * q + 3]) > EDGE_BLUR || (m[0] * m[0] + m[1] * m[1]) * s->shutter * s->shutter > EDGE_MOTION * EDGE_MOTION)
      kinds[k] = EVEN;
  }
  return 1;
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

#define MORE 3 /* Samples of an edge pixel beside that in its middle. */

/* More samples, on a turned triangle around the first, for each edge pixel of a block; `work` takes the result. */
static void smooth_block(const Scene *s, const Film *f, const List *tile, int x, int y) {
  static const float ox[MORE] = {-.1f, -.3f, .4f}, oy[MORE] = {-.4f, .3f, .1f};
  Places edge = {.count = 0};
  int kinds[BLOCK * BLOCK];
  float nearest[BLOCK * BLOCK];
  if (!sort_pixels(s, f, x, y, kinds, nearest)) return;
  for (int k = 0; k < BLOCK * BLOCK; k++) {
    int i = x + k % BLOCK, j = y + k / BLOCK;
    /* What is at an edge is no nearer than the nearest around it, give or take. */
    if (kinds[k] == EDGE) add_place(f, &edge, i, j, 0, EDGE_BEGIN / nearest[k]);
    if (kinds[k] == COARSE) soften(f, i, j);
  }
  if (!edge.count) return;
  List list;
  Around around;
  float from, to;
  block_list(s, f, tile, x, y, &list, &from, &to);
  Samples at[4];
  gather_four(f, x, y, at);
  keep_around(x, y, at, &around);
  for (int n = 0; n < edge.count; n += LANES / MORE) {
    Real px, py, first;
    Mask active;
    for (int k = 0; k < LANES; k++) {
      int own = k / MORE < LANES / MORE && n + k / MORE < edge.count, j = own ? n + k / MORE : n;
      first[k] = edge.begin[j];
      px[k] = edge.x[j] + .5f + ox[k % MORE], py[k] = edge.y[j] + .5f + oy[k % MORE];
      active[k] = own ? -1 : 0;
    }
    Sample o;
    trace_alone(s, f, &list, &around, px, py, active, no(), most(first, real(from)), to, &o);
    Real weight = 1.f / (1.f + luminance(o.light));
    float w[LANES], light[3][LANES];
    memcpy(w, &weight, sizeof w);
    memcpy(light[0], &o.light.x, sizeof w), memcpy(light[1], &o.light.y, sizeof w), memcpy(light[2], &o.light.z, sizeof w);
    for (int j = 0; j < LANES / MORE && n + j < edge.count; j++) {
      long q = 4 * ((long)edge.y[n + j] * f->width + edge.x[n + j]);
      const float *own = f->light + q;
      float sum = 1.f / (1.f + .2126f * own[0] + .7152f * own[1] + .0722f * own[2]), c[3];
      for (int i = 0; i < 3; i++) c[i] = own[i] * sum;
      for (int k = MORE * j; k < MORE * j + MORE; k++) {
        for (int i = 0; i < 3; i++) c[i] += light[i][k] * w[k];
        sum += w[k];
      }
      for (int i = 0; i < 3; i++) f->work[q + i] = c[i] / sum;
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
