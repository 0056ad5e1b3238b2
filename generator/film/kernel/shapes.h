/* Signed distances: shapes, groups of blended shapes, and all groups of a list.
 *
 * The exact distances of box, capsule, cylinder, torus, cone and the bound of the ellipsoid are
 * those that I. Quilez published (iquilezles.org/articles/distfunctions); so is the polynomial
 * smooth minimum. Measures: SPHERE radius; ELLIPSOID three radii; BOX and WEDGE half sides, rounding;
 * CAPSULE length, two radii, slope, cosine; CYLINDER radius, half height, rounding; CONE foot, top,
 * half height, rounding, 1/squared slant; TORUS ring, tube, sine and cosine of arc. */
#ifndef FILM_SHAPES_H
#define FILM_SHAPES_H
#include "scene.h"

typedef struct {
  int count;
  short groups[GROUPS_MAX];
  uint64_t masks[GROUPS_MAX];
} List;

INLINE Real across(Real x, Real z) { return root(x * x + z * z); }

INLINE Real box_distance(Vec q, const float *s) {
  Real x = size_of(q.x) - (s[0] - s[3]), y = size_of(q.y) - (s[1] - s[3]), z = size_of(q.z) - (s[2] - s[3]);
  Real ax = most(x, real(0.f)), ay = most(y, real(0.f)), az = most(z, real(0.f));
  return root(ax * ax + ay * ay + az * az) + least(most(x, most(y, z)), real(0.f)) - s[3];
}

INLINE Real capsule_distance(Vec q, const float *s) {
  Real l = across(q.x, q.z), k = q.y * s[4] - l * s[3], z = q.y - s[0];
  Real foot = root(l * l + q.y * q.y) - s[1], head = root(l * l + z * z) - s[2];
  Real side = l * s[4] + q.y * s[3] - s[1];
  return pick(k < 0.f, foot, pick(k > s[4] * s[0], head, side));
}

INLINE Real cone_distance(Vec q, const float *s) {
  /* s: foot and top radius and half height without rounding, rounding, 1 / slant squared. */
  Real l = across(q.x, q.z);
  Real ax = l - least(l, pick(q.y < 0.f, real(s[0]), real(s[1]))), ay = size_of(q.y) - s[2];
  float kx = s[1] - s[0], ky = 2.f * s[2];
  Real t = unit(((s[1] - l) * kx + (s[2] - q.y) * ky) * s[4]);
  Real bx = l - s[1] + kx * t, by = q.y - s[2] + ky * t;
  Real sign = pick((bx < 0.f) & (ay < 0.f), real(-1.f), real(1.f));
  return sign * root(least(ax * ax + ay * ay, bx * bx + by * by)) - s[3];
}

INLINE Real torus_distance(Vec q, const float *s) {
  Real x = size_of(q.x), l = across(q.x, q.z);
  /* Beyond the arc, the nearest point is its end. */
  Mask open = s[3] * x > s[2] * q.z;
  Real k = pick(open, x * s[2] + q.z * s[3], l);
  return root(most(dot(q, q) + s[0] * s[0] - 2.f * s[0] * k, real(0.f))) - s[1];
}

INLINE Real wedge_distance(Vec q, const float *s) {
  /* A triangle of half base a and height 2 b, apex up, drawn out along z; inset by the rounding. */
  float a = s[0] - s[3], b = s[1] - s[3], c = s[2] - s[3];
  float slant = 1.f / root1(a * a + 4.f * b * b), nx = 2.f * b * slant, ny = a * slant;
  Real x = size_of(q.x), side = x * nx + (q.y - b) * ny, foot = -b - q.y;
  /* Distance in the plane: to the slanted edge, to the base, or to the corner between them. */
  Real t = unit((x * a - (q.y - b) * 2.f * b) * (slant * slant));
  Real ex = x - a * t, ey = q.y - b + 2.f * b * t, bx = most(x - a, real(0.f));
  Real out = least(ex * ex + ey * ey, bx * bx + foot * foot);
  Mask in = (side < 0.f) & (foot < 0.f);
  Real flat = pick(in, -root(out), root(out)), z = size_of(q.z) - c;
  Real ax = most(flat, real(0.f)), az = most(z, real(0.f));
  return root(ax * ax + az * az) + least(most(flat, z), real(0.f)) - s[3];
}

INLINE Vec local_of(const Shape *p, Vec w) { return turned(p->turn, away(w, p->at)); }

/* Signed distance of the shape without relief; `q` is the point in its own frame. */
INLINE Real solid_distance(const Shape *p, Vec q) {
  const float *s = p->sizes;
  Real d;
  switch (p->kind) {
    case SPHERE: d = length(q) - s[0]; break;
    case ELLIPSOID: {
      Vec u = vec(q.x * s[3], q.y * s[4], q.z * s[5]);
      Real k = length(u), g = length(vec(u.x * s[3], u.y * s[4], u.z * s[5])) + 1e-9f;
      d = k * (k - 1.f) / g;
      break;
    }
    case BOX: d = box_distance(q, s); break;
    case CAPSULE: d = capsule_distance(q, s); break;
    case CYLINDER: {
      Real l = across(q.x, q.z) - (s[0] - s[2]), y = size_of(q.y) - (s[1] - s[2]);
      Real a = most(l, real(0.f)), b = most(y, real(0.f));
      d = root(a * a + b * b) + least(most(l, y), real(0.f)) - s[2];
      break;
    }
    case CONE: d = cone_distance(q, s); break;
    case TORUS: d = torus_distance(q, s); break;
    default: d = wedge_distance(q, s); break;
  }
  if (p->hollow > 0.f) d = size_of(d) - p->hollow * .5f;
  return d;
}

/* How far a rough outline stands back from the shape, 0..1 of its relief. */
static Real outline(const Material *m, Vec q);

/* A distance with a rough outline. It lies within what is said, so that farther off than its relief d is a
 * bound and need not be looked at. A rough field is steeper than 1: it is walked in shorter steps. */
INLINE Real ragged(const Material *m, Real d, float relief, Vec q) {
  Mask near = d < relief * 1.5f;
  if (!any(near)) return d;
  Real rough = (d + outline(m, q) * relief) * .7f;
  return pick(near, least(rough, d + relief), d);
}

INLINE Real shape_distance(const Scene *s, const Group *g, const Shape *p, Vec w, Vec *q) {
  *q = local_of(p, w);
  Real d = solid_distance(p, *q);
  return p->relief > 0.f && g->ragged < 0 ? ragged(s->materials + p->material, d, p->relief, *q) : d;
}

INLINE Real smooth_least(Real a, Real b, float k) {
  Real h = most(k - size_of(a - b), real(0.f));
  return least(a, b) - h * h * (.25f / k);
}

static Real group_distance(const Scene *s, const Group *g, uint64_t mask, Vec w) {
  Real d = real(FAR);
  Vec q;
  for (; mask; mask &= mask - 1) {
    const Shape *p = s->shapes + g->first + __builtin_ctzll(mask);
    Real e = shape_distance(s, g, p, w, &q);
    if (p->cut)
      d = p->blend > 1e-5f ? -smooth_least(-d, e, p->blend) : most(d, -e);
    else
      d = p->blend > 1e-5f ? smooth_least(d, e, p->blend) : least(d, e);
  }
  /* Foliage of several balls is looked up once, in the frame of the first. */
  if (g->ragged >= 0) d = ragged(s->materials + g->ragged, d, g->relief, local_of(s->shapes + g->first, w));
  return d;
}

/* The point in the copy of a repeated group in whose cell it lies; `other` gives for each axis the way to
 * the next cell that is nearest, 0 where there is none. */
INLINE Vec folded(const Group *g, Vec w, Vec *other) {
  Vec q = turned(g->turn, away(w, g->origin));
  Real parts[3] = {q.x, q.y, q.z}, next[3];
  for (int i = 0; i < 3; i++) {
    float n = g->spacing[i];
    next[i] = real(0.f);
    if (n <= 0.f) continue;
    Real k = clamp(floor_of(parts[i] * (1.f / n) + .5f), 0.f, g->last[i]);
    parts[i] -= k * n;
    Mask up = parts[i] > 0.f;
    next[i] = pick(up & (k < g->last[i]), real(-n), pick(~up & (k > 0.f), real(n), real(0.f)));
  }
  *other = vec(next[0], next[1], next[2]);
  return vec(parts[0], parts[1], parts[2]);
}

INLINE Vec unfolded(const Group *g, Vec q) {
  q = turned_back(g->turn, q);
  return vec(q.x + g->origin[0], q.y + g->origin[1], q.z + g->origin[2]);
}

#define ASIDE .03f /* Metres off a box from which what is in it is not looked at. */

INLINE Real aside(const Group *g, Vec w) {
  Vec q = away(turned(g->turn, away(w, g->origin)), g->middle);
  Real x = most(size_of(q.x) - g->half[0], real(0.f)), y = most(size_of(q.y) - g->half[1], real(0.f));
  Real z = most(size_of(q.z) - g->half[2], real(0.f));
  return root(x * x + y * y + z * z);
}

/* A copy lies within its cell: the nearest is in the point's own or in one that touches its corner. */
static Real member_distance(const Scene *s, const Group *g, uint64_t mask, Vec w) {
  if (!(g->flags & REPEATS)) return group_distance(s, g, mask, w);
  /* Off the box around all copies, the box will do. */
  Real ahead = aside(g, w);
  if (lowest(ahead) > ASIDE) return ahead;
  Vec next, q = folded(g, w, &next);
  Real d = group_distance(s, g, mask, unfolded(g, q));
  Real own[3] = {q.x, q.y, q.z}, steps[3] = {next.x, next.y, next.z};
  for (int i = 1; i < 8; i++) {
    Mask in = yes();
    Real parts[3];
    for (int k = 0; k < 3; k++) {
      parts[k] = own[k];
      if (!(i >> k & 1)) continue;
      /* What the next cell holds is no nearer than the box around one copy. */
      float reach = g->spacing[k] * g->last[k] * .5f;
      parts[k] += steps[k];
      in &= (steps[k] != 0.f) & (size_of(parts[k] - (g->middle[k] - reach)) - (g->half[k] - reach) < d);
    }
    if (any(in)) d = least(d, group_distance(s, g, mask, unfolded(g, vec(parts[0], parts[1], parts[2]))));
  }
  return d;
}

/* Distance to the nearest group of a list. A group whose ball is out of reach of all lanes costs
 * only the look at its ball. */
static Real distance(const Scene *s, const List *list, Vec w) {
  Real d = real(FAR);
  for (int i = 0; i < list->count; i++) {
    const Group *g = s->groups + list->groups[i];
    if (list->count > 1) {
      Vec v = away(w, g->at);
      Real q = dot(v, v), out = d + g->bound;
      if (!any(q < out * out)) continue;
      Real ball = root(q) - g->bound;
      if (lowest(ball) > g->bound * .25f + .02f) {
        d = least(d, ball);
        continue;
      }
    }
    d = least(d, member_distance(s, g, list->masks[i], w));
  }
  return d;
}

/* The outward normal by four differences on a tetrahedron (Quilez). */
static Vec gradient(const Scene *s, const Group *g, uint64_t mask, Vec p, Real e) {
  Real a = member_distance(s, g, mask, vec(p.x + e, p.y - e, p.z - e)), b = member_distance(s, g, mask, vec(p.x - e, p.y - e, p.z + e));
  Real c = member_distance(s, g, mask, vec(p.x - e, p.y + e, p.z - e)), d = member_distance(s, g, mask, vec(p.x + e, p.y + e, p.z + e));
  return normal(vec(a - b - c + d, d + c - a - b, b + d - a - c));
}
#endif
