/* What light reaches a point, and what it sends on: shadows, openness, lamps, gloss. */
#ifndef FILM_LIGHT_H
#define FILM_LIGHT_H
#include "cull.h"
#include "sky.h"
#include "surfaces.h"

#define SHADOW_STEPS 28
#define SHADOW_FINE .05f   /* Share of the way so far that a step is at least. */
#define SHADOW_LEAP .3f    /* And at most, or 2 m: a pass is seen by the looks on both sides of it. */
#define SHADOW_REACH 12.f  /* Metres, times sharpness: what is farther off is all blur. */
#define SHADOW_BLUR .35f   /* The same of the width of the light there: what is smaller than that does not show. */
#define SHADOW_BEGIN .015f /* Metres off the surface; it must not shade itself. */
#define OPEN_REACH .8f /* Metres around a point that dim the sky for it. */

#define MIRROR_LEAST .02f /* A fainter mirror shows the sky's tint only. */

/* What other things let through to a point: shares 0..1, and what a mirror there sees. */
typedef struct {
  Real sun, open, lamps[LAMP_SHADOWS];
  Vec mirror;
} Shine;

/* Share of a light with half width 1 / sharp (radians) that is not covered, by the narrowest pass along the
 * way (Quilez' soft shadow). Between two looks the pass is that of the point which has both distances, as
 * Aaltonen showed, or the looks themselves would be seen as rings. */
static Real uncovered(const Scene *s, const List *list, Vec p, Vec l, Real sharp, Real reach, Mask active, float first) {
  Real through = real(1.f), t = real(first), before = real(0.f), step = real(0.f), stride = most(SHADOW_BLUR / sharp, real(SHADOW_FINE));
  Mask live = active & (t < reach);
  for (int i = 0; i < SHADOW_STEPS && any(live); i++) {
    Real h = distance(s, list, go(p, l, t));
    Real back = (h * h + step * step - before * before) * .5f / most(step, real(1e-4f));
    back = least(most(back, real(0.f)), step);
    Real pass = pick((h > 0.f) & (h < before), root(most(h * h - back * back, real(0.f))), h);
    through = pick(live, least(through, sharp * pass / most(t - back, real(1e-3f))), through);
    before = h;
    /* Within a thing the way out is as far as its nearest side. */
    step = most(least(most(size_of(h), real(.02f)), most(real(2.f), t * SHADOW_LEAP)), t * stride);
    t += step;
    live &= (through > -.95f) & (t < reach);
  }
  through = clamp(through, -1.f, 1.f);
  return .25f * (1.f + through) * (1.f + through) * (2.f - through);
}

static Real sun_share(const Scene *s, Vec p, const float *ball, float width, Own own, Mask active) {
  List list;
  float from, reach;
  cull_shadow(s, ball, width, s->sun, 1.f / s->sun_sharp, SHADOW_REACH * s->sun_sharp, 1.f, own, &list, &from, &reach);
  Real share = ground_shadow(s, p, active, s->sun);
  if (!list.count) return share;
  return share * uncovered(s, &list, p, even(s->sun), real(s->sun_sharp), real(reach), active, most1(from, SHADOW_BEGIN));
}

static Real lamp_share(const Scene *s, const Light *lamp, Vec p, const float *ball, float width, Own own, Mask active) {
  List list;
  float d[3], far = 0.f, from, to;
  for (int i = 0; i < 3; i++) {
    d[i] = lamp->at[i] - ball[i];
    far += d[i] * d[i];
  }
  far = root1(far) + 1e-6f;
  for (int i = 0; i < 3; i++) d[i] /= far;
  /* Points of the packet may be farther from the lamp than its middle. */
  float tilt = least1(width / far, .9f);
  cull_shadow(s, ball, width, d, lamp->radius / most1(far - width, .1f * far), far + width, 1.f / root1(1.f - tilt * tilt), own, &list, &from, &to);
  if (!list.count) return real(1.f);
  Vec l = vec(lamp->at[0] - p.x, lamp->at[1] - p.y, lamp->at[2] - p.z);
  Real way = length(l) + 1e-6f;
  return uncovered(s, &list, p, times(l, 1.f / way), way / most1(lamp->radius, .01f), least(way - lamp->radius * 1.02f, real(to)), active,
                   most1(from, SHADOW_BEGIN));
}

/* How open a point is to the sky: four looks along its normal (Evans' ambient occlusion). */
static Real openness(const Scene *s, Vec p, Vec n, const float *ball, float width, Own own, const Hit *hit, Mask active) {
  static const float looks[4] = {.03f, .10f, .28f, .7f};
  List list;
  Real open = real(1.f);
  cull_near(s, ball, width, OPEN_REACH, own, &list);
  if (list.count) {
    Real lost = real(0.f);
    float weight = .5f;
    for (int k = 0; k < 4; k++) {
      Real d = distance(s, &list, go(p, n, real(looks[k])));
      lost += most(looks[k] - least(d, real(looks[k])), real(0.f)) * (weight / looks[k]);
      weight *= .62f;
    }
    open = unit(1.f - lost);
  }
  for (int i = 0; i < s->plane_count; i++) {
    const Plane *q = s->planes + i;
    Real h = most(dot1(p, q->normal) - q->offset, real(0.f)), c = dot1(n, q->normal);
    Real dim = 1.f - .55f * exp_of(-h * 2.6f) * unit(.75f - .5f * c);
    open = pick(active & (hit->key != KEY_PLANE + i), open * dim, open);
  }
  if (s->form) {
    Real h = most(p.y - s->ground_height - s->ground_amplitude, real(0.f));
    Real dim = 1.f - .5f * exp_of(-h * 2.6f) * unit(.75f - .5f * n.y);
    open = pick(active & (hit->key != KEY_GROUND), open * dim, open);
  }
  return open;
}

INLINE Real fresnel(Real head_on, Real cosine) {
  Real a = 1.f - cosine, b = a * a;
  return head_on + (1.f - head_on) * b * b * a;
}

/* Gloss of one light (GGX with Schlick's Fresnel), times the cosine. */
INLINE Real gloss(Vec n, Vec d, Vec l, Real rough, Real head_on, Real nv) {
  Vec half = normal(minus(l, d));
  Real nh = unit(dot(n, half)), hl = unit(dot(half, l)), a = rough * rough;
  a = a * a + 1e-4f;
  Real k = nh * nh * (a - 1.f) + 1.f;
  return least(a / (3.14159f * k * k) * fresnel(head_on, hl) * .25f / (.1f + nv * .9f) * unit(dot(n, l)), real(14.f));
}

/* Share of a light that diffuse matter takes from direction l: soft matter lets it wrap around. */
INLINE Real wrapped(Real nl, Real soft) {
  Real w = soft * .45f;
  return unit((nl + w) / (1.f + w));
}

static Vec lamps_light(const Scene *s, const Hit *hit, const Skin *k, const Shine *shine, Vec d, Mask active, Real head_on,
                       Real nv, Vec *shiny) {
  Vec sum = grey(real(0.f));
  for (int i = 0; i < s->light_count; i++) {
    const Light *lamp = s->lights + i;
    Vec l = vec(lamp->at[0] - hit->at.x, lamp->at[1] - hit->at.y, lamp->at[2] - hit->at.z);
    Real q = dot(l, l), reach = real(lamp->reach * lamp->reach);
    if (!any(active & (q < reach))) continue;
    Real way = root(q + 1e-8f), fall = unit(1.f - q / reach);
    l = times(l, 1.f / way);
    Real power = fall * fall / most(q, real(lamp->radius * lamp->radius + 1e-4f));
    if (lamp->spot) {
      Real c = -dot1(l, lamp->aim);
      power *= rise(lamp->cosine, lamp->edge, c);
    }
    if (i < LAMP_SHADOWS && lamp->shadow) power *= shine->lamps[i];
    Real facing = wrapped(dot(k->normal, l), k->paint.soft + .1f);
    sum = go(sum, even(lamp->colour), facing * power);
    /* A wide lamp makes a wide gloss. */
    Real rough = unit(k->paint.rough + .4f * lamp->radius / way);
    *shiny = go(*shiny, even(lamp->colour), gloss(k->normal, d, l, rough, head_on, nv) * power);
  }
  return sum;
}

/* The light that leaves a hit towards the eye, before haze. `d` is the way the ray went. */
static Vec lit(const Scene *s, const Hit *hit, const Skin *k, const Shine *shine, Vec d, Mask active, Mask mirrors) {
  const Surface *p = &k->paint;
  Vec n = k->normal, l = even(s->sun), sun = even(s->sun_colour);
  Real nv = unit(-dot(n, d)), nl = dot(n, l), open = shine->open * k->hollow;
  Vec head = blend3(grey(p->specular), p->colour, p->metal);
  Real head_on = luminance(head);
  Real under = mix(shine->sun, .25f + .75f * shine->sun, p->soft * .6f), direct = wrapped(nl, p->soft) * under * (.6f + .4f * k->hollow);
  Real up = .5f + .5f * n.y;
  Vec above = blend3(even(s->horizon), even(s->zenith), .35f + .3f * up);
  Vec around = times(blend3(even(s->below), above, up), open * s->light);
  /* Sunlit ground and walls give some back to what faces away from the sun. */
  Real back = unit(.4f - .6f * (n.x * l.x + n.z * l.z)) * .045f * (1.f - .6f * n.y) * open;
  around = go(around, sun, back);
  Vec shiny = times(sun, gloss(n, d, l, p->rough, head_on, nv) * shine->sun);
  Vec light = go(around, sun, direct);
  light = plus(light, lamps_light(s, hit, k, shine, d, active, head_on, nv, &shiny));
  /* Light that entered beside the terminator comes out red. */
  light.x += p->soft * .12f * s->sun_colour[0] * (1.f - unit(size_of(nl) * 1.6f)) * (.4f + .6f * shine->sun);
  Vec c = times(tint(p->colour, light), 1.f - p->metal * .92f);
  c = plus(c, tint(shiny, blend3(grey(real(1.f)), p->colour, p->metal)));
  Real rim = 1.f - nv;
  c = go(c, tint(light, blend3(p->colour, grey(real(1.f)), real(.5f))), p->sheen * rim * rim * rim * .8f);
  Vec fr = vec(fresnel(head.x, nv), fresnel(head.y, nv), fresnel(head.z, nv));
  Vec r = go(d, n, -2.f * dot(d, n));
  Vec env = times(blend3(even(s->below), sky_tint(s, r), rise(-.25f, .35f, r.y)), open * s->light);
  /* Faint mirrors fade into the sky's tint before they are traced no more. */
  Real weight = p->mirror * unit(luminance(fr) * p->mirror * (1.f - p->rough * .8f) * (1.f / MIRROR_LEAST) - 1.f);
  Vec seen = pick3(mirrors, blend3(env, shine->mirror, weight), env);
  c = plus(c, tint(tint(seen, fr), grey((1.f - p->rough * .8f))));
  return go(c, p->colour, p->glow);
}
#endif
