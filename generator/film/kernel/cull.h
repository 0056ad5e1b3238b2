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

/* Where a bundle of rays is within a box: rays that begin within `width` of the place `o` about the box's middle and
 * stay so near to the way along `d` (length 1), growing by `spread` a metre. All in the box's own axes; a ball
 * is taken for a cube, so that nothing is missed. Narrows `from` and `to`, metres along `d`; 0 if never. */
INLINE int within(const float *o, const float *d, const float *half, float width, float spread, float *from, float *to) {
  for (int i = 0; i < 3; i++) {
    float h = half[i] + width;
    /* h + o + (spread + d) t >= 0 and h - o + (spread - d) t >= 0. */
    for (int side = 0; side < 2; side++) {
      float c = side ? h - o[i] : h + o[i], m = side ? spread - d[i] : spread + d[i];
      if (m > 1e-7f) *from = most1(*from, -c / m);
      else if (m < -1e-7f) *to = least1(*to, -c / m);
      else if (c < 0.f) return 0;
    }
  }
  return *from <= *to;
}

/* The same for a shape, `grow` metres larger than it is. */
INLINE int within_shape(const Shape *p, const float *at, const float *d, float grow, float width, float spread, float *from, float *to) {
  float v[3] = {at[0] - p->mid[0], at[1] - p->mid[1], at[2] - p->mid[2]}, o[3], l[3];
  for (int i = 0; i < 3; i++) {
    const float *row = p->turn + 3 * i;
    o[i] = row[0] * v[0] + row[1] * v[1] + row[2] * v[2];
    l[i] = row[0] * d[0] + row[1] * d[1] + row[2] * d[2];
  }
  return within(o, l, p->half, width + grow, spread, from, to);
}

INLINE int within_group(const Group *g, const float *at, const float *d, float width, float spread, float *from, float *to) {
  float o[3] = {at[0] - g->at[0], at[1] - g->at[1], at[2] - g->at[2]};
  return within(o, d, g->box, width, spread, from, to);
}

/* Whether a ball meets the cone; how far from the eye it begins and ends. */
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

/* Narrows where a cone meets something by the stretch of its axis within a box; 0 if it misses it. */
INLINE int narrowed(const Cone *c, int in, float t0, float t1, float *from, float *to) {
  if (!in) return 0;
  *from = most1(*from, t0);
  *to = least1(*to, t1 * c->secant);
  return *from <= *to;
}

INLINE int meets_group(const Scene *s, const Cone *c, const Group *g, float *from, float *to) {
  float t0 = 0.f, t1 = FAR;
  if (!meets(s->now.eye, c, g->at, g->bound, from, to)) return 0;
  return narrowed(c, within_group(g, s->now.eye, c->axis, 0.f, c->tangent, &t0, &t1), t0, t1, from, to);
}

INLINE int meets_shape(const Scene *s, const Cone *c, const Group *g, const Shape *p, float *from, float *to) {
  float t0 = 0.f, t1 = FAR, grow = g->blend + SLACK;
  if (!meets(s->now.eye, c, p->mid, p->bound + grow, from, to)) return 0;
  return narrowed(c, within_shape(p, s->now.eye, c->axis, grow, 0.f, c->tangent, &t0, &t1), t0, t1, from, to);
}

/* The groups that a tile's cone meets, the nearest first: what lies behind them then costs little. */
static void cull_tile(const Scene *s, const Cone *c, List *list) {
  float begins[GROUPS_MAX], from, to;
  list->count = 0;
  for (int i = 0; i < s->group_count; i++) {
    const Group *g = s->groups + i;
    if (!meets_group(s, c, g, &from, &to)) continue;
    int at = list->count++;
    for (; at > 0 && begins[at - 1] > from; at--) {
      begins[at] = begins[at - 1];
      list->groups[at] = list->groups[at - 1];
      list->masks[at] = list->masks[at - 1];
    }
    begins[at] = from;
    list->groups[at] = (short)i;
    list->masks[at] = ~0ull >> (SHAPES_PER_GROUP_MAX - g->count);
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
    if (!meets_group(s, c, g, &a, &b)) continue;
    uint64_t mask = 0;
    if (g->flags & REPEATS) {
      mask = tile->masks[i];
      *from = least1(*from, a);
      *to = most1(*to, b);
      *slim = least1(*slim, g->slim * s->focal / most1(.25f * a + .75f * b, .05f));
    } else {
      for (int j = 0; j < g->count; j++) {
        const Shape *p = s->shapes + g->first + j;
        if (!meets_shape(s, c, g, p, &a, &b)) continue;
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

/* The same for sixteen groups from `first` on: a bit for each. */
static unsigned groups_along(const Scene *s, int first, const float *at, float width, const float *d, float spread, float reach) {
  const float *p = s->balls + first;
  int n = ball_stride(s);
  Vec v = vec(load(p) - at[0], load(p + n) - at[1], load(p + 2 * n) - at[2]);
  Real rr = load(p + 3 * n) + width, b = dot1(v, d), out = rr + most(b, real(0.f)) * spread;
  return bits_of((b >= -rr) & (b <= reach + rr) & (dot(v, v) - b * b < out * out));
}

/* Sixteen groups that come within `reach` of a place. */
static unsigned groups_near(const Scene *s, int first, const float *at, float reach) {
  const float *p = s->balls + first;
  int n = ball_stride(s);
  Vec v = vec(load(p) - at[0], load(p + n) - at[1], load(p + 2 * n) - at[2]);
  Real r = load(p + 3 * n) + reach;
  return bits_of((r > 0.f) & (dot(v, v) <= r * r));
}

/* Shapes of one group on which a packet of points lies, and which keep no light off themselves. */
typedef struct {
  int group;
  uint64_t mask;
} Own;

static Own own_shapes(const Scene *s, Whole key, Vec p, Real near, Mask active) {
  Own o = {-1, 0};
  int first = 0;
  for (int k = 0; k < LANES; k++)
    if (active[k]) first = key[k];
  if (first < KEY_GROUP || any(active & (key != first))) return o;
  const Group *g = s->groups + first - KEY_GROUP;
  if (g->flags & REPEATS) return o;
  for (int j = 0; j < g->count; j++) {
    const Shape *shape = s->shapes + g->first + j;
    if (!shape->convex || any(active & (size_of(solid_distance(shape, local_of(shape, p))) > near))) continue;
    o.group = first - KEY_GROUP;
    o.mask |= 1ull << j;
  }
  return o;
}

INLINE void add_group(List *list, int group, uint64_t mask) {
  if (!mask) return;
  list->groups[list->count] = (short)group;
  list->masks[list->count++] = mask;
}

/* What may keep a light in direction `d` (length 1), at most `reach` away, off a packet of points; where on
 * the way it begins and ends. The ways of the points leave that of the middle by less than `width`, and their
 * lengths along it differ from their own by a factor of at most `askew`. */
static void cull_shadow(const Scene *s, const float *at, float width, const float *d, float spread,
                        float reach, float askew, Own own, List *list, float *from, float *to) {
  /* As wide where the points are that lie behind the middle. */
  float wide = width + width * spread;
  list->count = 0;
  *from = FAR;
  *to = 0.f;
  unsigned bits = 0;
  for (int i = 0; i < s->group_count; i++, bits >>= 1) {
    if (i % LANES == 0) bits = groups_along(s, i, at, width, d, spread, reach);
    if (!bits) i |= LANES - 1; /* None of the rest of these sixteen. */
    if (!(bits & 1)) continue;
    const Group *g = s->groups + i;
    float t0 = -width, t1 = reach + width;
    if (!(g->flags & CASTS)) continue;
    if (!within_group(g, at, d, wide, spread, &t0, &t1)) continue;
    uint64_t mask = 0;
    if (g->flags & REPEATS) {
      mask = ~0ull >> (SHAPES_PER_GROUP_MAX - g->count);
      *from = least1(*from, t0 - width);
      *to = most1(*to, (t1 + width) * askew);
    }
    for (int j = 0; j < g->count && !(g->flags & REPEATS); j++) {
      const Shape *p = s->shapes + g->first + j;
      float grow = g->blend + SLACK, a = -width, b = reach + width;
      if (i == own.group && own.mask >> j & 1) continue;
      if (!along(at, width, d, spread, reach, p->mid, p->bound + grow)) continue;
      if (!within_shape(p, at, d, grow, wide, spread, &a, &b)) continue;
      mask |= 1ull << j;
      if (p->cut) continue;
      *from = least1(*from, a - width);
      *to = most1(*to, (b + width) * askew);
    }
    add_group(list, i, mask);
  }
  *to = least1(*to, reach);
}

/* The square of how far a place is off a box, in its own axes. */
INLINE float off(const float *o, const float *half) {
  float q = 0.f;
  for (int i = 0; i < 3; i++) {
    float x = most1(size1(o[i]) - half[i], 0.f);
    q += x * x;
  }
  return q;
}

/* What lies within `reach` of a packet of points. */
static void cull_near(const Scene *s, const float *at, float width, float reach, Own own, List *list) {
  list->count = 0;
  unsigned bits = 0;
  for (int i = 0; i < s->group_count; i++, bits >>= 1) {
    if (i % LANES == 0) bits = groups_near(s, i, at, width + reach);
    if (!bits) i |= LANES - 1;
    if (!(bits & 1)) continue;
    const Group *g = s->groups + i;
    float r = width + reach, o[3] = {at[0] - g->at[0], at[1] - g->at[1], at[2] - g->at[2]};
    if (off(o, g->box) > r * r) continue;
    uint64_t mask = 0;
    r += g->blend;
    for (int j = 0; j < g->count; j++) {
      const Shape *p = s->shapes + g->first + j;
      float v[3] = {at[0] - p->mid[0], at[1] - p->mid[1], at[2] - p->mid[2]};
      for (int k = 0; k < 3; k++) o[k] = p->turn[3 * k] * v[0] + p->turn[3 * k + 1] * v[1] + p->turn[3 * k + 2] * v[2];
      if (g->flags & REPEATS || off(o, p->half) < r * r) mask |= 1ull << j;
    }
    if (i == own.group) mask &= ~own.mask;
    add_group(list, i, mask);
  }
}

/* The lanes of some rays that meet a box, given in its own axes; narrows `from` and `to` of these. */
INLINE Mask through(Vec o, Vec d, const float *half, float grow, Mask active, Real *from, Real *to) {
  Real os[3] = {o.x, o.y, o.z}, ds[3] = {d.x, d.y, d.z}, a = real(0.f), b = *to;
  for (int i = 0; i < 3; i++) {
    Real m = 1.f / pick(size_of(ds[i]) < 1e-7f, real(1e-7f), ds[i]), k = size_of(m) * (half[i] + grow), n = -os[i] * m;
    a = most(a, n - k);
    b = least(b, n + k);
  }
  *from = a;
  *to = b;
  return active & (a <= b);
}

/* What any lane of a packet of rays may meet that begins within `reach`, where it begins and where it ends. */
static void cull_rays(const Scene *s, Vec o, Vec d, Mask active, float reach, List *list, float *from, float *to) {
  list->count = 0;
  *from = FAR;
  *to = 0.f;
  for (int i = 0; i < s->group_count; i++) {
    const Group *g = s->groups + i;
    Vec v = away(o, g->at);
    Real b = dot(v, d), q = dot(v, v) - b * b, t0, t1 = real(FAR);
    Mask hit = active & (q < g->bound * g->bound) & (b < g->bound) & (-b < reach + g->bound);
    if (!any(hit)) continue;
    hit = through(v, d, g->box, 0.f, hit, &t0, &t1);
    if (!any(hit)) continue;
    uint64_t mask = 0;
    if (g->flags & REPEATS) {
      mask = ~0ull >> (SHAPES_PER_GROUP_MAX - g->count);
      *from = least1(*from, lowest(pick(hit, t0, real(FAR))));
      *to = most1(*to, highest(pick(hit, t1, real(0.f))));
    }
    for (int j = 0; j < g->count && !(g->flags & REPEATS); j++) {
      const Shape *p = s->shapes + g->first + j;
      float grow = g->blend + SLACK, r = p->bound + grow;
      v = away(o, p->mid);
      b = dot(v, d);
      q = dot(v, v) - b * b;
      Mask in = hit & (q < r * r) & (b < r);
      if (!any(in)) continue;
      t1 = real(FAR);
      in = through(turned(p->turn, v), turned(p->turn, d), p->half, grow, in, &t0, &t1);
      if (!any(in)) continue;
      mask |= 1ull << j;
      if (p->cut) continue;
      *from = least1(*from, lowest(pick(in, t0, real(FAR))));
      *to = most1(*to, highest(pick(in, t1, real(0.f))));
    }
    add_group(list, i, mask);
  }
}
#endif
