/* Which shapes a bundle of rays can meet: cones over tiles and blocks, balls around packets. */
#ifndef FILM_CULL_H
#define FILM_CULL_H
#include "shapes.h"

#define SLACK .004f /* Metres about each ball, so that normals near a rim still see their shape. */

typedef struct {
  float axis[3], tangent, secant;
} Cone;

/* The direction through a place of the picture, in pixels; not of length 1. */
INLINE void direction1(const Scene *s, const Film *f, float x, float y, float *d) {
  float u = (x - f->width * .5f) / s->focal, v = (f->height * .5f - y) / s->focal;
  for (int i = 0; i < 3; i++)
    d[i] = s->now.forward[i] + u * s->now.right[i] + v * s->now.up[i];
  float n = 1.f / root1(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
  for (int i = 0; i < 3; i++) d[i] *= n;
}

static Cone cone_over(const Scene *s, const Film *f, float x, float y, float side) {
  Cone c;
  direction1(s, f, x + side * .5f, y + side * .5f, c.axis);
  float low = 1.f;
  for (int i = 0; i < 4; i++) {
    float d[3];
    direction1(s, f, x + (i & 1) * side, y + (i >> 1) * side, d);
    low = least1(low, c.axis[0] * d[0] + c.axis[1] * d[1] + c.axis[2] * d[2]);
  }
  c.tangent = root1(most1(1.f - low * low, 1e-12f)) / low;
  c.secant = 1.f / low;
  return c;
}

/* Whether a ball meets the cone; how far along the axis it begins and ends. */
INLINE int meets(const float *eye, const Cone *c, const float *at, float r, float *from, float *to) {
  float v[3] = {at[0] - eye[0], at[1] - eye[1], at[2] - eye[2]};
  float b = v[0] * c->axis[0] + v[1] * c->axis[1] + v[2] * c->axis[2];
  float q = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
  if (b < -r) return 0;
  float out = most1(b, 0.f) * c->tangent + r * c->secant;
  if (q - b * b > out * out && q > r * r) return 0;
  float m = root1(q);
  *from = most1(m - r, 0.f);
  *to = m + r;
  return 1;
}

/* The groups that a tile's cone meets. */
static void cull_tile(const Scene *s, const Cone *c, List *list) {
  float from, to;
  list->count = 0;
  for (int i = 0; i < s->group_count; i++) {
    const Group *g = s->groups + i;
    if (!meets(s->now.eye, c, g->at, g->bound, &from, &to)) continue;
    list->groups[list->count] = (short)i;
    list->masks[list->count++] = ~0ull >> (SHAPES_PER_GROUP_MAX - g->count);
  }
}

/* The shapes of a tile's groups that a block's cone meets, where they begin and end, and the least
 * share of a pixel that one of them is thick. */
static void cull_block(const Scene *s, const Cone *c, const List *tile, List *list, float *from,
                       float *to, float *slim) {
  float a, b;
  list->count = 0;
  *from = FAR;
  *to = 0.f;
  *slim = FAR;
  for (int i = 0; i < tile->count; i++) {
    const Group *g = s->groups + tile->groups[i];
    if (!meets(s->now.eye, c, g->at, g->bound, &a, &b)) continue;
    uint64_t mask = 0;
    if (g->flags & REPEATS) {
      mask = tile->masks[i];
      *from = least1(*from, a);
      *to = most1(*to, b);
      *slim = least1(*slim, g->slim * s->focal / most1(.25f * a + .75f * b, .05f));
    } else {
      for (int j = 0; j < g->count; j++) {
        const Shape *p = s->shapes + g->first + j;
        if (!meets(s->now.eye, c, p->mid, p->bound + g->blend + SLACK, &a, &b)) continue;
        mask |= 1ull << j;
        if (p->cut) continue;
        *from = least1(*from, a);
        *to = most1(*to, b);
        *slim = least1(*slim, p->slim * s->focal / most1(.25f * a + .75f * b, .05f));
      }
    }
    if (!mask) continue;
    list->groups[list->count] = tile->groups[i];
    list->masks[list->count++] = mask;
  }
}

/* A ball around the active lanes of some points. */
static void ball_around(Vec p, Mask active, float *at, float *radius) {
  Real parts[3] = {p.x, p.y, p.z};
  Real q = real(0.f);
  for (int i = 0; i < 3; i++) {
    float low = lowest(pick(active, parts[i], real(FAR))), high = highest(pick(active, parts[i], real(-FAR)));
    at[i] = (low + high) * .5f;
    Real d = parts[i] - at[i];
    q += d * d;
  }
  *radius = root1(highest(pick(active, q, real(0.f))));
}

/* Whether a ball may come within `width` (growing by `spread` a metre) of the way from `at` along
 * `d` for `reach` metres. */
INLINE int along(const float *at, float width, const float *d, float spread, float reach, const float *c, float r) {
  float v[3] = {c[0] - at[0], c[1] - at[1], c[2] - at[2]};
  float b = v[0] * d[0] + v[1] * d[1] + v[2] * d[2];
  float q = v[0] * v[0] + v[1] * v[1] + v[2] * v[2], rr = r + width;
  if (b < -rr || b > reach + rr) return 0;
  float out = rr + most1(b, 0.f) * spread;
  return q - b * b < out * out;
}

INLINE void add_group(List *list, int group, uint64_t mask) {
  if (!mask) return;
  list->groups[list->count] = (short)group;
  list->masks[list->count++] = mask;
}

/* What may keep a light in direction `d` (length 1), at most `reach` away, off a packet of points; where on
 * the way it begins and ends. */
static void cull_shadow(const Scene *s, const float *at, float width, const float *d, float spread,
                        float reach, List *list, float *from, float *to) {
  list->count = 0;
  *from = FAR;
  *to = 0.f;
  for (int i = 0; i < s->group_count; i++) {
    const Group *g = s->groups + i;
    if (!(g->flags & CASTS) || !along(at, width, d, spread, reach, g->at, g->bound)) continue;
    uint64_t mask = 0;
    for (int j = 0; j < g->count; j++) {
      const Shape *p = s->shapes + g->first + j;
      int copies = g->flags & REPEATS;
      float r = copies ? g->bound : p->bound + g->blend + SLACK;
      const float *c = copies ? g->at : p->mid;
      if (!copies && !along(at, width, d, spread, reach, c, r)) continue;
      mask |= 1ull << j;
      if (p->cut) continue;
      float b = (c[0] - at[0]) * d[0] + (c[1] - at[1]) * d[1] + (c[2] - at[2]) * d[2];
      *from = least1(*from, b - r - width);
      *to = most1(*to, b + r + width);
    }
    add_group(list, i, mask);
  }
  *to = least1(*to, reach);
}

/* What lies within `reach` of a packet of points. */
static void cull_near(const Scene *s, const float *at, float width, float reach, List *list) {
  list->count = 0;
  for (int i = 0; i < s->group_count; i++) {
    const Group *g = s->groups + i;
    float r = g->bound + width + reach, q = 0.f;
    for (int k = 0; k < 3; k++) q += (g->at[k] - at[k]) * (g->at[k] - at[k]);
    if (q > r * r) continue;
    uint64_t mask = 0;
    for (int j = 0; j < g->count; j++) {
      const Shape *p = s->shapes + g->first + j;
      r = p->bound + g->blend + width + reach;
      q = 0.f;
      for (int k = 0; k < 3; k++) q += (p->mid[k] - at[k]) * (p->mid[k] - at[k]);
      if (g->flags & REPEATS || q < r * r) mask |= 1ull << j;
    }
    add_group(list, i, mask);
  }
}

/* What any lane of a packet of rays may meet within `reach`, where it begins and where it ends. */
static void cull_rays(const Scene *s, Vec o, Vec d, Mask active, float reach, List *list, float *from, float *to) {
  list->count = 0;
  *from = FAR;
  *to = 0.f;
  for (int i = 0; i < s->group_count; i++) {
    const Group *g = s->groups + i;
    Vec v = vec(g->at[0] - o.x, g->at[1] - o.y, g->at[2] - o.z);
    Real b = dot(v, d), q = dot(v, v) - b * b;
    Mask hit = active & (q < g->bound * g->bound) & (b > -g->bound) & (b < reach + g->bound);
    if (!any(hit)) continue;
    uint64_t mask = 0;
    for (int j = 0; j < g->count; j++) {
      const Shape *p = s->shapes + g->first + j;
      float r = p->bound + g->blend + SLACK;
      const float *at = g->flags & REPEATS ? g->at : p->mid;
      if (g->flags & REPEATS) r = g->bound;
      v = vec(at[0] - o.x, at[1] - o.y, at[2] - o.z);
      b = dot(v, d);
      q = dot(v, v) - b * b;
      hit = active & (q < r * r) & (b > -r);
      if (!any(hit)) continue;
      mask |= 1ull << j;
      if (p->cut) continue;
      *from = least1(*from, lowest(pick(hit, b - r, real(FAR))));
      *to = most1(*to, highest(pick(hit, b + r, real(0.f))));
    }
    add_group(list, i, mask);
  }
  *from = most1(*from, 0.f);
}
#endif
