/* From a point on something to its surface: whose it is, its paint, its normal with relief. */
#ifndef FILM_SURFACES_H
#define FILM_SURFACES_H
#include "patterns.h"
#include "shapes.h"
#include "terrain.h"

/* What a packet of rays met. */
typedef struct {
  Real t;
  Whole key;     /* KEY_SKY, KEY_PLANE + plane, KEY_GROUND, KEY_GROUP + group. */
  Vec at, normal; /* Normal without relief. */
} Hit;

typedef struct {
  Surface paint;
  Vec normal;
  Real hollow;  /* Light that reaches into the relief, 0..1. */
  Vec before;   /* Where the point was one frame earlier. */
} Skin;

/* Where a pattern lies on a surface: scaled coordinates, and the directions in which they grow. */
typedef struct {
  Real u, v;
  Vec q, along_u, along_v;
} Chart;

/* Boxes are papered side by side, round shapes are rolled in, their ends papered. */
static Chart chart_of(const Shape *p, const Material *m, Vec q, Vec n) {
  Chart c;
  Real k = real(m->scale);
  Vec x = vec(real(1.f), real(0.f), real(0.f)), y = vec(real(0.f), real(1.f), real(0.f)), z = vec(real(0.f), real(0.f), real(1.f));
  Real ax = size_of(n.x), ay = size_of(n.y), az = size_of(n.z);
  c.q = times(q, k);
  if (p->kind == BOX || p->kind == WEDGE) {
    Mask top = (ay > ax) & (ay > az), side = ~top & (ax > az);
    c.u = pick(side, q.z, q.x) * k;
    c.v = pick(top, q.z, q.y) * k;
    c.along_u = pick3(side, z, x);
    c.along_v = pick3(top, z, y);
    return c;
  }
  Mask top = ay > .85f;
  Real l = across(q.x, q.z) + 1e-6f;
  float r = p->kind == CAPSULE ? p->sizes[1] : p->sizes[0];
  c.u = pick(top, q.x, angle_of(q.x, q.z) * r) * k;
  c.v = pick(top, q.z, q.y) * k;
  c.along_u = pick3(top, x, vec(q.z / l, real(0.f), -q.x / l));
  c.along_v = pick3(top, z, y);
  return c;
}

#define RELIEF_SLOPE_MAX 1.6f

/* Tilt a normal by the relief of a material; returns how open the place is. */
static Real tilt(const Scene *s, const Material *m, const Chart *c, Real fine, Real pixel, Vec *n) {
  if (m->relief <= 0.f || outlines(m->pattern) || !any(fine > .01f)) return real(1.f);
  Real e = most(pixel * m->scale, real(.012f));
  Real h = height_of(m->pattern, c->u, c->v, c->q, s->seconds);
  Real hu = height_of(m->pattern, c->u + e, c->v, go(c->q, c->along_u, e), s->seconds);
  Real hv = height_of(m->pattern, c->u, c->v + e, go(c->q, c->along_v, e), s->seconds);
  Real steep = m->relief * m->scale / e * fine;
  Real a = clamp((hu - h) * steep, -RELIEF_SLOPE_MAX, RELIEF_SLOPE_MAX);
  Real b = clamp((hv - h) * steep, -RELIEF_SLOPE_MAX, RELIEF_SLOPE_MAX);
  *n = normal(go(go(*n, c->along_u, -a), c->along_v, -b));
  if (m->pattern == WATER) return real(1.f);
  float depth = least1(m->relief * m->scale * 6.f, 1.f);
  return 1.f - depth * .55f * fine * (1.f - unit(h));
}

/* Details of a pattern are about an eighth of its scale; they fade as a pixel outgrows them. */
INLINE Real fineness(const Material *m, Real pixel) { return unit(1.7f - pixel * m->scale * 5.f); }

INLINE Surface blend_paint(Surface a, Surface b, Real t) {
  return (Surface){blend3(a.colour, b.colour, t), mix(a.rough, b.rough, t), mix(a.specular, b.specular, t),
                   mix(a.metal, b.metal, t), mix(a.mirror, b.mirror, t), mix(a.soft, b.soft, t),
                   mix(a.sheen, b.sheen, t), mix(a.glow, b.glow, t)};
}

INLINE Surface pick_paint(Mask m, Surface a, Surface b) {
  return (Surface){pick3(m, a.colour, b.colour), pick(m, a.rough, b.rough), pick(m, a.specular, b.specular),
                   pick(m, a.metal, b.metal), pick(m, a.mirror, b.mirror), pick(m, a.soft, b.soft),
                   pick(m, a.sheen, b.sheen), pick(m, a.glow, b.glow)};
}

static void skin_shape(const Scene *s, const Shape *p, Vec q, Vec n, Real pixel, Skin *out) {
  const Material *m = s->materials + p->material;
  out->normal = n;
  out->hollow = real(1.f);
  if (m->pattern == PLAIN) {
    out->paint = bare(m);
  } else {
    Vec nl = turned(p->turn, n);
    Chart c = chart_of(p, m, q, nl);
    Real fine = fineness(m, pixel);
    out->paint = paint(s, m, c.u, c.v, c.q, fine);
    if (m->relief > 0.f) {
      out->hollow = tilt(s, m, &c, fine, pixel, &nl);
      if (!outlines(m->pattern)) out->normal = turned_back(p->turn, nl);
      else if (m->pattern != FUR) out->hollow = 1.f - .5f * outline_height(m->pattern, c.q);
    }
  }
}

/* The skin of a group at points on it. Shapes that melt together share their paint where they do. */
static void skin_group(const Scene *s, const Group *g, uint64_t mask, const Hit *hit, Mask mine, Real pixel, Skin *out) {
  Real d = real(FAR);
  Vec w = hit->at, shift = grey(real(0.f)), next;
  if (g->flags & REPEATS) {
    w = unfolded(g, folded(g, w, &next));
    shift = minus(hit->at, w);
  }
  Skin sum;
  int begun = 0;
  for (; mask; mask &= mask - 1) {
    const Shape *p = s->shapes + g->first + __builtin_ctzll(mask);
    Vec q;
    Real e = shape_distance(s, g, p, w, &q), share, k = real(p->blend);
    if (p->cut) {
      share = pick(-e > d - .004f - p->blend * .25f, real(1.f), real(0.f));
      d = p->blend > 1e-5f ? -smooth_least(-d, e, p->blend) : most(d, -e);
    } else {
      share = p->blend > 1e-5f ? unit(.5f + .5f * (d - e) / (k * .5f)) : pick(e < d, real(1.f), real(0.f));
      d = p->blend > 1e-5f ? smooth_least(d, e, p->blend) : least(d, e);
    }
    Mask here = mine & (share > 0.f) & ((e < .03f + p->blend) | p->cut);
    if (begun && !any(here)) continue;
    Skin one;
    skin_shape(s, p, g->ragged >= 0 ? local_of(s->shapes + g->first, w) : q, hit->normal, pixel, &one);
    const float *b = p->before;
    one.before = p->moves ? plus(shift, vec(dot1(q, b) + b[9], dot1(q, b + 3) + b[10], dot1(q, b + 6) + b[11])) : hit->at;
    if (!begun) {
      sum = one;
      begun = 1;
    } else {
      sum.paint = blend_paint(sum.paint, one.paint, share);
      sum.normal = blend3(sum.normal, one.normal, share);
      sum.hollow = mix(sum.hollow, one.hollow, share);
      sum.before = blend3(sum.before, one.before, share);
    }
  }
  if (!begun) return;
  out->paint = pick_paint(mine, sum.paint, out->paint);
  out->normal = pick3(mine, normal(sum.normal), out->normal);
  out->hollow = pick(mine, sum.hollow, out->hollow);
  out->before = pick3(mine, sum.before, out->before);
}

static void skin_chart(const Scene *s, const Material *m, Real u, Real v, const Hit *hit, Vec along_u, Vec along_v,
                       Mask mine, Real pixel, Skin *out) {
  Chart c = {u * m->scale, v * m->scale, times(hit->at, real(m->scale)), along_u, along_v};
  Real fine = fineness(m, pixel);
  Vec n = hit->normal;
  Surface one = paint(s, m, c.u, c.v, c.q, fine);
  Real open = tilt(s, m, &c, fine, pixel, &n);
  out->paint = pick_paint(mine, one, out->paint);
  out->normal = pick3(mine, n, out->normal);
  out->hollow = pick(mine, open, out->hollow);
}

/* The skin of whatever a packet met; `pixel` is the width of a pixel there, in metres. */
static Skin skin_of(const Scene *s, const List *list, const Hit *hit, Mask active, Real pixel) {
  Skin out = {{grey(real(.5f)), real(.6f), real(.04f), real(0.f), real(0.f), real(0.f), real(0.f), real(0.f)},
              hit->normal, real(1.f), hit->at};
  for (int i = 0; i < list->count; i++) {
    Mask mine = active & (hit->key == KEY_GROUP + list->groups[i]);
    if (any(mine)) skin_group(s, s->groups + list->groups[i], list->masks[i], hit, mine, pixel, &out);
  }
  for (int i = 0; i < s->plane_count; i++) {
    Mask mine = active & (hit->key == KEY_PLANE + i);
    if (!any(mine)) continue;
    const Plane *p = s->planes + i;
    skin_chart(s, s->materials + p->material, dot1(hit->at, p->u), dot1(hit->at, p->v), hit, even(p->u), even(p->v), mine, pixel, &out);
  }
  Mask ground = active & (hit->key == KEY_GROUND);
  if (any(ground)) {
    float x[3] = {1.f, 0.f, 0.f}, z[3] = {0.f, 0.f, 1.f};
    skin_chart(s, s->materials + s->ground_material, hit->at.x, hit->at.z, hit, even(x), even(z), ground, pixel, &out);
  }
  return out;
}
#endif
