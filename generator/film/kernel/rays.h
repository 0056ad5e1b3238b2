/* Packets of rays from the eye to the light they bring back. */
#ifndef FILM_RAYS_H
#define FILM_RAYS_H
#include "light.h"

#define STEPS 96
#define MIRROR_STEPS 32
#define MIRROR_REACH 60.f
#define MIRROR_MOST 8.f    /* Keeps the mirrored sun from speckling. */
#define NEAR 1e-3f

#define STRIDE 1.45f /* How much farther than is safe a step goes, until it proves too far. */

/* March towards the groups of a list; FAR where the rays pass. `width` is a pixel's width a metre. Steps are
 * over-relaxed (Keinert et al. 2014): where two balls around successive points do not touch, something may lie
 * between them, and the lane goes back and on in safe steps. */
static Real march(const Scene *s, const List *list, Vec o, Vec d, Mask active, Real from, Real to, float width, int steps) {
  Real t = from, h = real(0.f), before = real(0.f), step = real(0.f), stride = real(STRIDE);
  Mask hit = no(), live = active & (t < to);
  float slack = width * .2f;
  for (int i = 0; i < steps && any(live); i++) {
    h = distance(s, list, go(o, d, t));
    Mask far = (stride > 1.f) & (h + before < step);
    Mask in = live & ~far & (h < slack * t + 1e-4f);
    hit |= in;
    live &= ~in;
    stride = pick(far, real(1.f), stride);
    step = pick(far, before - step, h * stride);
    before = pick(far, before, h);
    t = pick(live, t + step, t);
    /* A lane that must go back has gone no farther than its last safe point. */
    step = pick(far, real(0.f), step);
    live &= (t < to) | (stride > 1.f);
    live &= t - step < to;
  }
  /* Rays that graze a rim run out of steps beside it. */
  hit |= live & (h < slack * t * 5.f);
  return pick(hit, t, real(FAR));
}

/* The keys of the groups on which some points lie to within `near`, or that are nearest. */
static Whole nearest(const Scene *s, const List *list, Vec p, Mask active, Real near) {
  Whole key = (Whole)(KEY_GROUP + list->groups[0]);
  if (list->count == 1) return key;
  Real best = near;
  Mask found = no();
  /* What is out of sight of `near` is looked up only where nothing else was found. */
  for (int all = 0; all < 2 && any(active & ~found); all++) {
    for (int i = 0; i < list->count; i++) {
      const Group *g = s->groups + list->groups[i];
      Vec v = away(p, g->at);
      Real out = best + g->bound;
      Mask in = active & (dot(v, v) < out * out);
      if (!any(in)) continue;
      Real e = member_distance(s, g, list->masks[i], p);
      Mask nearer = e < best;
      best = pick(nearer, e, best);
      found |= nearer;
      key = nearer ? (Whole)(KEY_GROUP + list->groups[i]) : key;
    }
    best = pick(found, best, real(FAR));
  }
  return key;
}

/* The normals of points on groups that are known, each by its own group. */
static Vec own_normal(const Scene *s, const List *list, Vec p, Whole key, Mask active, Real e) {
  Vec n = vec(real(0.f), real(1.f), real(0.f));
  for (int i = 0; i < list->count; i++) {
    Mask mine = active & (key == KEY_GROUP + list->groups[i]);
    if (any(mine)) n = pick3(mine, gradient(s, s->groups + list->groups[i], list->masks[i], p, e), n);
  }
  return n;
}

/* What the rays meet first: planes, ground (where `land`), groups. */
static Hit meet(const Scene *s, const List *list, Vec o, Vec d, Mask active, Mask land, Real from, float to, float width, int steps) {
  Hit hit = {real(FAR), (Whole)(KEY_SKY), o, grey(real(0.f))};
  Vec n = vec(real(0.f), real(1.f), real(0.f));
  for (int i = 0; i < s->plane_count; i++) {
    const Plane *p = s->planes + i;
    Real facing = dot1(d, p->normal), t = (p->offset - dot1(o, p->normal)) / least(facing, real(-1e-6f));
    Mask in = active & (facing < -1e-6f) & (t > NEAR) & (t < hit.t);
    hit.t = pick(in, t, hit.t);
    hit.key = in ? (Whole)(KEY_PLANE + i) : hit.key;
    n = pick3(in, even(p->normal), n);
  }
  if (s->form && any(active & land)) {
    Real t = meet_ground(s, o, d, active & land, hit.t);
    Mask in = active & land & (t < hit.t);
    hit.t = pick(in, t, hit.t);
    hit.key = in ? (Whole)(KEY_GROUND) : hit.key;
  }
  Mask solid = no();
  if (list->count) {
    Real t = march(s, list, o, d, active, from, least(hit.t, real(to)), width, steps);
    solid = active & (t < hit.t);
    hit.t = pick(solid, t, hit.t);
  }
  Mask sky = active & (hit.t >= FAR * .5f);
  hit.t = pick(active & ~sky, hit.t, real(1.f));
  hit.at = go(o, d, hit.t);
  if (any(solid)) {
    Whole key = nearest(s, list, hit.at, solid, most(hit.t * width, real(1e-3f)));
    hit.key = solid ? key : hit.key;
    n = pick3(solid, own_normal(s, list, hit.at, key, solid, most(hit.t * width * .5f, real(6e-4f))), n);
  }
  Mask ground = active & (hit.key == KEY_GROUND);
  if (any(ground)) n = pick3(ground, ground_normal(s, hit.at, most(hit.t * width, real(.01f))), n);
  hit.key = sky ? (Whole)(KEY_SKY) : hit.key;
  hit.normal = n;
  return hit;
}

/* Lift a point off its surface, so that its own roundness does not shade it. */
INLINE Real lift_of(const Hit *hit) { return .003f + hit->t * .0004f; }
INLINE Vec lifted(const Hit *hit) { return go(hit->at, hit->normal, lift_of(hit)); }

/* What the mirrored rays see; plain light without further mirrors. */
static Vec mirrored(const Scene *s, const Hit *hit, Vec n, Vec d, Mask active, float width) {
  Vec r = normal(go(d, n, -2.f * dot(d, n))), o = lifted(hit);
  /* A tilted normal may send the ray below the surface. */
  Real up = dot(r, hit->normal);
  r = normal(go(r, hit->normal, most(.02f - up, real(0.f))));
  /* Waves mirror no waves: at their size that looks like holes. */
  Mask land = hit->key != KEY_GROUND;
  r.y = pick(land, r.y, most(r.y, real(.01f)));
  List list;
  float from, to;
  cull_rays(s, o, r, active, MIRROR_REACH, &list, &from, &to);
  Hit far = meet(s, &list, o, r, active, land, real(from), to, width * 2.f, MIRROR_STEPS);
  Mask solid = active & (far.key != KEY_SKY);
  Vec c = haze(s, sky(s, r, 0), o, r, real(SKY_HAZE + s->fog_start));
  if (any(solid)) {
    Skin k = skin_of(s, &list, &far, solid, (far.t + hit->t) * width * 1.5f);
    Shine shine = {real(1.f), real(1.f), {real(1.f), real(1.f), real(1.f), real(1.f)}, grey(real(0.f))};
    float ball[3], radius;
    ball_around(far.at, solid, ball, &radius);
    Mask facing = solid & (dot1(k.normal, s->sun) > -.2f);
    if (any(facing) && s->sun_colour[0] + s->sun_colour[1] + s->sun_colour[2] > 0.f)
      shine.sun = sun_share(s, lifted(&far), ball, radius, (Own){-1, 0}, facing);
    shine.open = real(.75f);
    Vec light = haze(s, lit(s, &far, &k, &shine, r, solid, no()), o, r, far.t);
    c = pick3(solid, light, c);
  }
  return vec(clamp(c.x, 0.f, MIRROR_MOST), clamp(c.y, 0.f, MIRROR_MOST), clamp(c.z, 0.f, MIRROR_MOST));
}

INLINE Mask mirroring(const Skin *k, Vec d, Mask active) {
  Real nv = unit(-dot(k->normal, d)), head = mix(k->paint.specular, luminance(k->paint.colour), k->paint.metal);
  return active & (fresnel(head, nv) * k->paint.mirror * (1.f - k->paint.rough * .8f) > MIRROR_LEAST);
}

/* What reaches a hit: every shadow looked for. */
static Shine shine_on(const Scene *s, const Hit *hit, const Skin *k, Vec d, Mask active, float width) {
  Shine o = {real(1.f), real(1.f), {real(1.f), real(1.f), real(1.f), real(1.f)}, grey(real(0.f))};
  float ball[3], radius;
  Vec p = lifted(hit);
  Own own = own_shapes(s, hit->key, p, lift_of(hit) * 1.5f, active);
  ball_around(p, active, ball, &radius);
  Mask facing = active & (dot1(hit->normal, s->sun) > -.3f);
  if (any(facing) && s->sun_colour[0] + s->sun_colour[1] + s->sun_colour[2] > 0.f)
    o.sun = pick(facing, sun_share(s, p, ball, radius, own, facing), real(0.f));
  o.open = openness(s, p, hit->normal, ball, radius, own, hit, active);
  for (int i = 0; i < s->light_count && i < LAMP_SHADOWS; i++) {
    const Light *lamp = s->lights + i;
    Vec l = vec(lamp->at[0] - p.x, lamp->at[1] - p.y, lamp->at[2] - p.z);
    Mask near = active & (dot(l, l) < lamp->reach * lamp->reach) & (dot(l, hit->normal) > -.3f * length(l));
    if (lamp->shadow && any(near)) o.lamps[i] = lamp_share(s, lamp, p, ball, radius, own, near);
  }
  Mask mirrors = mirroring(k, d, active);
  if (any(mirrors)) o.mirror = mirrored(s, hit, k->normal, d, mirrors, width);
  return o;
}

/* Where a point of the scene was in the picture one frame earlier, in pixels. */
static void place_before(const Scene *s, const Film *f, Vec p, Real *x, Real *y) {
  Vec v = away(p, s->then.eye);
  Real z = most(dot1(v, s->then.forward), real(.05f));
  *x = f->width * .5f + s->focal_then * dot1(v, s->then.right) / z;
  *y = f->height * .5f - s->focal_then * dot1(v, s->then.up) / z;
}

INLINE Vec direction(const Scene *s, const Film *f, Real x, Real y) {
  Real u = (x - f->width * .5f) / s->focal, v = (f->height * .5f - y) / s->focal;
  const Camera *c = &s->now;
  return normal(vec(c->forward[0] + u * c->right[0] + v * c->up[0], c->forward[1] + u * c->right[1] + v * c->up[1],
                    c->forward[2] + u * c->right[2] + v * c->up[2]));
}
#endif
