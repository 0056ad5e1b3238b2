/* Three passes over a picture. The survey traces one pixel of four with all its light; the fill makes
 * the others of their neighbours where these agree, and traces the rest; the edges get four more
 * samples each. Packets are made of the pixels of one block, so that what a packet computes does not
 * depend on who computes which strip. */
#ifndef FILM_TRACE_H
#define FILM_TRACE_H
#include "rays.h"

#define FILL_BLUR 4.f      /* Pixels of blur beyond which no pixel is traced between samples. */
#define EDGE_BLUR 2.4f     /* And beyond which edges need no more samples. */
#define EDGE_MOTION 6.f    /* The same for motion, pixels of streak. */
#define SLIM_PIXELS 1.2f   /* A block with a thinner thing in it is traced in full. */
#define TONE_NEAR .05f     /* Neighbours whose tones differ less are mixed. */
#define MIRROR_NEAR .2f    /* Neighbours whose mirrors differ more do not lend them, if it shows. */
#define EDGE_TONE .06f     /* Within a face, so much contrast is softened. */
#define EDGE_TONE_IDS .012f
#define EDGE_BEGIN .97f    /* Share of the nearest depth around an edge from which it is marched. */
#define EDGE_BEND .02f     /* How sharply inverse depth bends at an edge, of itself. */

enum { COUNT_SURVEY, COUNT_SKIN, COUNT_TRACED, COUNT_SHONE, COUNT_EDGES };

typedef struct {
  Hit hit;
  Skin skin;
  Shine shine;
  Vec light;
  Real z, mx, my;
} Sample;

INLINE long survey_size(const Film *f) { return (long)survey_stride(f) * survey_rows(f); }

/* Radius of the blurred image of a point at depth z, in pixels (thin lens). */
INLINE Real blur_of(const Scene *s, Real z) {
  return size_of(s->aperture * (z - s->focus) / most(z, real(.01f))) * (.5f * s->pixels_per_metre);
}
INLINE float blur1(const Scene *s, float z) {
  return size1(s->aperture * (z - s->focus) / most1(z, .01f)) * (.5f * s->pixels_per_metre);
}

/* Light, depth and motion of hits whose shine is known. */
static void finish(const Scene *s, const Film *f, Real px, Real py, Vec d, Mask active, Sample *o) {
  Vec eye = even(s->now.eye);
  Mask solid = active & (o->hit.key != KEY_SKY), behind = active & (o->hit.key == KEY_SKY);
  o->light = grey(real(0.f));
  if (any(solid)) {
    Vec c = lit(s, &o->hit, &o->skin, &o->shine, d, solid, mirroring(&o->skin, d, solid));
    o->light = haze(s, c, eye, d, o->hit.t);
  }
  if (any(behind)) o->light = pick3(behind, haze(s, sky(s, d, 1), eye, d, real(SKY_HAZE + s->fog_start)), o->light);
  Real far = pick(behind, real(DEPTH_SKY), o->hit.t);
  o->z = far * dot1(d, s->now.forward);
  Vec before = pick3(behind, go(eye, d, far), o->skin.before);
  Real x, y;
  place_before(s, f, before, &x, &y);
  o->mx = px - x;
  o->my = py - y;
}

static void trace(const Scene *s, const Film *f, const List *list, Real px, Real py, Mask active, Real from, float to, Sample *o) {
  Vec d = direction(s, f, px, py), eye = even(s->now.eye);
  float width = 1.f / s->focal;
  o->hit = meet(s, list, eye, d, active, yes(), from, to, width, STEPS);
  Mask solid = active & (o->hit.key != KEY_SKY);
  if (any(solid)) o->skin = skin_of(s, list, &o->hit, solid, o->hit.t * width);
}

INLINE int id_of(const Scene *s, int key) {
  if (key >= KEY_GROUP) return s->groups[key - KEY_GROUP].id;
  if (key == KEY_GROUND) return s->ground_id;
  return key == KEY_SKY ? 0 : s->planes[key - KEY_PLANE].id;
}

INLINE void put(const Film *f, int x, int y, int id, float r, float g, float b, float z, float mx, float my) {
  if (x >= f->width || y >= f->height) return;
  long q = (long)y * f->width + x;
  float *c = f->light + q * 4, *m = f->motion + q * 2;
  c[0] = r, c[1] = g, c[2] = b, c[3] = z, m[0] = mx, m[1] = my;
  f->ids[q] = id;
}

/* Where the blocks of a tile begin to hold something: one cone a lane, marched together. */
static Real approach(const Scene *s, const Film *f, const List *tile, int x0, int y0) {
  Vec axis;
  Real tangent;
  for (int k = 0; k < LANES; k++) {
    Cone c = cone_over(s, f, (float)(x0 + (k & 3) * BLOCK), (float)(y0 + (k >> 2) * BLOCK), (float)BLOCK);
    axis.x[k] = c.axis[0], axis.y[k] = c.axis[1], axis.z[k] = c.axis[2], tangent[k] = c.tangent;
  }
  Real t = real(0.f);
  Vec eye = even(s->now.eye);
  Mask live = yes();
  for (int i = 0; i < 40 && any(live); i++) {
    Real h = distance(s, tile, go(eye, axis, t));
    Mask stop = live & (h <= t * tangent * 1.05f + 1e-3f);
    live &= ~stop;
    t = pick(live, (t + h) / (1.f + tangent), t);
    live &= t < 1e4f;
  }
  return t;
}

/* The survey of one row of tiles. */
static void survey_tiles(const Scene *s, const Film *f, int y0) {
  List tile, list;
  long size = survey_size(f);
  int stride = survey_stride(f);
  float width = 1.f / s->focal;
  for (int x0 = 0; x0 < f->width; x0 += TILE) {
    Cone cone = cone_over(s, f, (float)x0, (float)y0, (float)TILE);
    cull_tile(s, &cone, &tile);
    Real begin = tile.count ? approach(s, f, &tile, x0, y0) : real(FAR);
    for (int k = 0; k < LANES; k++) {
      int x = x0 + (k & 3) * BLOCK, y = y0 + (k >> 2) * BLOCK;
      if (x >= f->width || y >= f->height) continue;
      float from = FAR, to = 0.f, slim = FAR;
      list.count = 0;
      if (begin[k] < 1e4f) {
        Cone c = cone_over(s, f, (float)x, (float)y, (float)BLOCK);
        cull_block(s, &c, &tile, &list, &from, &to, &slim);
        from = most1(from, begin[k]);
        if (from > to) list.count = 0;
      }
      float *block = f->blocks + 2 * ((y / BLOCK) * block_stride(f) + x / BLOCK);
      block[0] = list.count ? from : FAR;
      block[1] = slim;
      Real px, py;
      for (int i = 0; i < LANES; i++) px[i] = x + 2 * (i & 3) + .5f, py[i] = y + 2 * (i >> 2) + .5f;
      Sample o;
      trace(s, f, &list, px, py, yes(), real(from), to, &o);
      Vec d = direction(s, f, px, py);
      Mask solid = o.hit.key != KEY_SKY;
      if (any(solid)) o.shine = shine_on(s, &o.hit, &o.skin, d, solid, width);
      finish(s, f, px, py, d, yes(), &o);
      Real fields[SURVEY_FIELDS] = {
          __builtin_convertvector(o.hit.key, Real), pick(solid, o.hit.t, real(DEPTH_SKY)), o.hit.normal.x, o.hit.normal.y, o.hit.normal.z,
          o.shine.sun, o.shine.open, o.shine.lamps[0], o.shine.lamps[1], o.shine.lamps[2], o.shine.lamps[3],
          o.shine.mirror.x, o.shine.mirror.y, o.shine.mirror.z, o.light.x, o.light.y, o.light.z, o.mx, o.my};
      long at = (long)(y / 2) * stride + x / 2;
      for (int j = 0; j < SURVEY_FIELDS; j++)
        for (int row = 0; row < 4; row++) memcpy(f->survey + j * size + at + row * stride, (float *)&fields[j] + 4 * row, 16);
      for (int i = 0; i < LANES; i++)
        put(f, x + 2 * (i & 3), y + 2 * (i >> 2), id_of(s, o.hit.key[i]), o.light.x[i], o.light.y[i], o.light.z[i],
            o.z[i], o.mx[i], o.my[i]);
      f->counters[COUNT_SURVEY]++;
    }
  }
}

/* Samples of a block, moved by so many columns and rows. */
typedef struct { Real f[SURVEY_FIELDS]; } Samples;

static void gather(const Film *f, int x, int y, int dx, int dy, Samples *o) {
  long size = survey_size(f), stride = survey_stride(f), at = (long)(y / 2 + dy) * stride + x / 2 + dx;
  for (int j = 0; j < SURVEY_FIELDS; j++)
    for (int row = 0; row < 4; row++)
      memcpy((float *)&o->f[j] + 4 * row, f->survey + j * size + at + row * stride, 16);
}

/* Where the picture ends there is no neighbour: the sample stands in for it. */
INLINE void stand_in(Samples *o, const Samples *a) {
  Mask none = o->f[S_KEY] < -.5f;
  for (int j = 0; j < SURVEY_FIELDS; j++) o->f[j] = pick(none, a->f[j], o->f[j]);
}

INLINE Vec three(const Samples *a, int field) { return vec(a->f[field], a->f[field + 1], a->f[field + 2]); }
INLINE Real tone(Vec c) {
  Real l = luminance(c);
  return l / (1.f + l);
}

/* The samples around a block: its own, and those of the next column, row and both. */
typedef struct {
  int x, y;
  struct { float f[SURVEY_FIELDS * LANES]; } at[4];
} Around;

static void gather_four(const Film *f, int x, int y, Samples *at) {
  for (int i = 0; i < 4; i++) gather(f, x, y, i & 1, i >> 1, at + i);
  if (x + BLOCK < f->width && y + BLOCK < f->height) return;
  for (int i = 1; i < 4; i++) stand_in(at + i, at);
}

static void keep_around(int x, int y, const Samples *at, Around *o) {
  o->x = x, o->y = y;
  for (int i = 0; i < 4; i++) memcpy(o->at[i].f, at[i].f, sizeof o->at[i].f);
}

#define SAME_FACE .8f  /* Cosine between normals of one face. */
#define SAME_DEPTH .06f

/* Shine of neighbours for hits that stand alone: that of the samples around them on the same thing. Shadows
 * are soft, so what lies a pixel off will do. Returns the lanes that found some. */
static Mask borrow(const Around *around, Real px, Real py, const Hit *hit, Mask active, Shine *o) {
  /* Lane by lane through plain arrays: picking lanes of vectors by number is slow. */
  float x[LANES], y[LANES], t[LANES], nx[LANES], ny[LANES], nz[LANES], out[S_LIGHT][LANES] = {{0.f}};
  int key[LANES], found[LANES] = {0}, on[LANES];
  memcpy(x, &px, sizeof x), memcpy(y, &py, sizeof y), memcpy(t, &hit->t, sizeof t), memcpy(key, &hit->key, sizeof key);
  memcpy(nx, &hit->normal.x, sizeof nx), memcpy(ny, &hit->normal.y, sizeof ny), memcpy(nz, &hit->normal.z, sizeof nz);
  memcpy(on, &active, sizeof on);
  for (int k = 0; k < LANES; k++) {
    if (!on[k]) continue;
    int n = 0, lane = 4 * (((int)y[k] - around->y) >> 1) + (((int)x[k] - around->x) >> 1);
    for (int i = 0; i < 4; i++) {
      const float *a = around->at[i].f + lane;
      if (a[S_KEY * LANES] != (float)key[k]) continue;
      float same = a[S_NX * LANES] * nx[k] + a[S_NY * LANES] * ny[k] + a[S_NZ * LANES] * nz[k];
      if (same < SAME_FACE || size1(a[S_T * LANES] - t[k]) > SAME_DEPTH * t[k]) continue;
      for (int j = S_SUN; j < S_LIGHT; j++) out[j][k] += a[j * LANES];
      n++;
    }
    if (!n) continue;
    found[k] = -1;
    float w = 1.f / (float)n;
    for (int j = S_SUN; j < S_LIGHT; j++) out[j][k] *= w;
  }
  Mask got;
  memcpy(&got, found, sizeof got);
  memcpy(&o->sun, out[S_SUN], sizeof o->sun), memcpy(&o->open, out[S_OPEN], sizeof o->open);
  for (int j = 0; j < LAMP_SHADOWS; j++) memcpy(&o->lamps[j], out[S_LAMP + j], sizeof o->sun);
  memcpy(&o->mirror, out[S_MIRROR], sizeof o->mirror);
  return got;
}

/* Trace some pixels of a block, with shine of their neighbours where there is some; `fresh` pixels see a
 * mirror of their own. */
static void trace_alone(const Scene *s, const Film *f, const List *list, const Around *around, Real px, Real py, Mask active,
                        Mask fresh, Real from, float to, Sample *o) {
  trace(s, f, list, px, py, active, from, to, o);
  Vec d = direction(s, f, px, py);
  Mask solid = active & (o->hit.key != KEY_SKY);
  if (any(solid)) {
    Shine lent;
    memset(&lent, 0, sizeof lent);
    Mask rest = solid & ~borrow(around, px, py, &o->hit, solid, &lent);
    o->shine = lent;
    if (any(rest)) {
      Shine own = shine_on(s, &o->hit, &o->skin, d, rest, 1.f / s->focal);
      o->shine.sun = pick(rest, own.sun, lent.sun);
      o->shine.open = pick(rest, own.open, lent.open);
      for (int j = 0; j < LAMP_SHADOWS; j++) o->shine.lamps[j] = pick(rest, own.lamps[j], lent.lamps[j]);
      o->shine.mirror = pick3(rest, own.mirror, lent.mirror);
      f->counters[COUNT_SHONE]++;
    }
    fresh = mirroring(&o->skin, d, solid & fresh & ~rest);
    if (any(fresh)) o->shine.mirror = pick3(fresh, mirrored(s, &o->hit, o->skin.normal, d, fresh, 1.f / s->focal), o->shine.mirror);
  }
  finish(s, f, px, py, d, active, o);
  f->counters[COUNT_TRACED]++;
}
#endif
