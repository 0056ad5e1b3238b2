/* The ground as a field of heights, and where rays meet it. */
#ifndef FILM_TERRAIN_H
#define FILM_TERRAIN_H
#include "scene.h"

#define GROUND_STEPS 32
#define GROUND_FAR 600.f /* Metres; farther off the ground is a plane at half its height. */

/* Height 0..1 at a place, in waves of length 1. */
static Real form_height(int form, Real x, Real z, float seconds) {
  switch (form) {
    case DUNES: {
      /* Ridges with a long windward and a short leeward side, bent by noise. */
      Real bend = noise2(x * .35f + 5.f, z * .35f), p = fract(x * .8f + z * .22f + bend * 1.7f);
      Real ridge = pick(p < .7f, p * (1.f / .7f), (1.f - p) * (1.f / .3f));
      ridge = ridge * ridge * (3.f - 2.f * ridge);
      return ridge * (.35f + .65f * noise2(x * .3f, z * .5f + 3.f));
    }
    case HILLS: return clouds2(x + 3.1f, z + 7.7f, 4);
    case DRIFTS: return .7f * noise2(x + 1.3f, z * .7f) + .3f * noise2(x * 2.3f, z * 1.9f + 4.f);
    default: {
      /* Five trains of waves; crests sharper than troughs. */
      Real sum = real(0.f);
      float total = 0.f, weight = 1.f, way = 1.f;
      for (int i = 0; i < 5; i++) {
        float ax = way * (i & 1 ? .6f : .97f), az = way * (i & 1 ? -.8f : .26f + .1f * i);
        float speed = root1(9.81f * 6.2832f * way) * .4f;
        Real w = .5f + .5f * sin_of((x * ax + z * az) * 6.2832f + seconds * speed + 2.1f * i);
        sum += weight * w * w;
        total += weight;
        weight *= .52f;
        way *= 1.83f;
      }
      return sum * (1.f / total);
    }
  }
}

static Real ground_height(const Scene *s, Real x, Real z) {
  float n = 1.f / s->ground_length;
  Real share = real(s->ground_amplitude);
  if (s->ground_level > 0.f) {
    share *= rise(s->ground_level, s->ground_level * 4.f, root(x * x + z * z));
    if (!any(share > 0.f)) return real(s->ground_height);
  }
  return form_height(s->form, x * n, z * n, s->seconds) * share + s->ground_height;
}

/* How steep the ground is at most, nearly: rise per metre. Where it is steeper, a ray that went too far is
 * brought back by halving. */
static float ground_slope(const Scene *s) {
  static const float steep[] = {0.f, 3.f, 1.8f, 1.6f, 3.5f};
  return steep[s->form] * s->ground_amplitude / s->ground_length;
}

static Vec ground_normal(const Scene *s, Vec p, Real e) {
  Real h = ground_height(s, p.x, p.z);
  Real a = ground_height(s, p.x + e, p.z) - h, b = ground_height(s, p.x, p.z + e) - h;
  return normal(vec(-a, e, -b));
}

/* How far along the rays the ground is; FAR where they miss it. */
static Real meet_ground(const Scene *s, Vec o, Vec d, Mask active, Real reach) {
  float top = s->ground_height + s->ground_amplitude + 1e-3f;
  Mask over = o.y > top;
  Real t = pick(over, (top - o.y) / least(d.y, real(-1e-6f)), real(.02f));
  Real end = pick(d.y > 1e-6f, (top - o.y) / most(d.y, real(1e-6f)), real(FAR));
  Mask live = active & (~over | (d.y < -1e-6f)) & (t < reach);
  Real before = t, gap = real(0.f), closing = 1.f / most(ground_slope(s) - d.y, real(.02f));
  Mask hit = no();
  for (int i = 0; i < GROUND_STEPS && any(live); i++) {
    Vec p = go(o, d, t);
    gap = p.y - ground_height(s, p.x, p.z);
    Mask in = live & (gap < .0006f * t);
    hit |= in;
    live &= ~in;
    before = pick(live, t, before);
    t = pick(live, t + most(gap * closing, .002f * t), t);
    live &= (t < end) & (t < reach) & (t < GROUND_FAR);
  }
  /* Grazing rays that ran out of steps are as good as there; between the last point above and the
   * first below, halve. */
  hit |= live;
  Real low = before, high = t;
  for (int i = 0; i < 4 && any(hit); i++) {
    Real middle = (low + high) * .5f;
    Vec p = go(o, d, middle);
    Mask above = p.y - ground_height(s, p.x, p.z) > 0.f;
    low = pick(above, middle, low);
    high = pick(above, high, middle);
  }
  Real plane = (s->ground_height + .5f * s->ground_amplitude - o.y) / least(d.y, real(-1e-6f));
  Mask beyond = active & ~hit & (t >= GROUND_FAR) & (d.y < -1e-6f);
  return pick(hit, high, pick(beyond, most(plane, real(GROUND_FAR)), real(FAR)));
}

/* How much of a light in direction `l` hills let through. */
static Real ground_shadow(const Scene *s, Vec p, Mask active, const float *l) {
  Real through = real(1.f);
  if (!s->form || l[1] <= .01f) return through;
  Real room = (s->ground_height + s->ground_amplitude - p.y) * (1.f / l[1]);
  float end = highest(pick(active, room, real(0.f)));
  if (end <= .05f) return through;
  float t = .06f * s->ground_length;
  for (int i = 0; i < 8 && t < end; i++) {
    Real gap = p.y + l[1] * t - ground_height(s, p.x + l[0] * t, p.z + l[2] * t);
    through = least(through, unit(.5f + gap * (8.f / t)));
    t *= 1.8f;
  }
  return through;
}
#endif
