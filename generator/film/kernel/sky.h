/* What is behind everything, and the haze in between. */
#ifndef FILM_SKY_H
#define FILM_SKY_H
#include "scene.h"

#define SKY_HAZE 120.f /* Metres of haze before the sky: more would hide it all. */

/* The smooth part of the sky: what rough mirrors and haze see. */
static Vec sky_tint(const Scene *s, Vec d) {
  Real y = most(d.y, real(0.f));
  return blend3(even(s->horizon), even(s->zenith), unit(root(y + 1e-4f) * 1.15f));
}

static Real sunward(const Scene *s, Vec d) { return most(dot1(d, s->sun), real(0.f)); }

static Vec far_hills(const Scene *s, Vec d, Vec c) {
  Real turn = d.x / (size_of(d.z) + size_of(d.x) + 1e-4f);
  turn = turn + pick(d.z < 0.f, real(2.7f), real(0.f));
  for (int k = 0; k < 3; k++) {
    Real rim = s->hills * (1.f - .28f * k) * (.35f + clouds2(turn * (2.5f + 1.7f * k) + 7.f * k, real(1.7f * k), 4)) - .012f * k;
    Real cover = rise(-.0025f, .0025f, rim - d.y);
    Vec tone = blend3(even(s->far), even(s->horizon), real(.62f - .24f * k));
    if (s->skyline > 0.f) {
      Real place = turn * (22.f + 9.f * k) + 13.f * k;
      Real roof = s->skyline * (.25f + .9f * power(chance(floor_of(place), real(5.f + k)), 1.6f)) * (1.f - .22f * k);
      cover = most(cover, rise(-.0012f, .0012f, roof - d.y));
      Real wx = place * 5.f, wy = d.y * 190.f;
      Mask lit = (fract(wx) > .3f) & (fract(wy) > .4f) & (chance(floor_of(wx), floor_of(wy) + 77.f * k) > .62f);
      Real glow = pick(lit, real(k == 2 ? .5f : .22f), real(0.f));
      tone = go(tone, vec(real(1.f), real(.72f), real(.35f)), glow);
    }
    c = blend3(c, tone, cover);
  }
  return c;
}

static Vec sky(const Scene *s, Vec d, int fine) {
  Vec c = sky_tint(s, d), sun = even(s->sun_colour);
  Real s1 = sunward(s, d), halo = .22f * power(s1, 6.f) + .35f * power(s1, 48.f);
  if (s->stars > 0.f && fine) {
    /* Cells of a cube around us; a star sits anywhere in a few of them. */
    Real m = most(most(size_of(d.x), size_of(d.y)), size_of(d.z));
    Vec q = times(d, 90.f / m);
    Mask side = m <= size_of(d.y);
    Real u = pick(side, q.x, pick(m <= size_of(d.x), q.z, q.x)), v = pick(side, q.z, q.y);
    Real a = chance(floor_of(u), floor_of(v) + 311.f), b = fract(a * 57.f), e = fract(a * 917.f);
    Real du = fract(u) - .2f - .6f * b, dv = fract(v) - .2f - .6f * e;
    Real star = rise(.10f, .02f, root(du * du + dv * dv)) * power(fract(a * 3171.f), 5.f);
    c = plus(c, grey(star * pick(a > .72f, real(2.5f * s->stars), real(0.f)) * rise(0.f, .25f, d.y)));
  }
  if (s->clouds > .01f) {
    Real n = 1.f / (most(d.y, real(0.f)) + .16f);
    Real x = d.x * n * 1.7f + s->seconds * .01f + 3.1f, z = d.z * n * 1.7f + s->seconds * .006f;
    Real body = clouds2(x, z, fine ? 5 : 3), toward = clouds2(x + s->sun[0] * .25f, z + s->sun[2] * .25f, 3);
    Real cover = rise(.62f - .28f * s->clouds, .86f - .2f * s->clouds, body) * rise(0.f, .18f, d.y);
    Vec dark = times(even(s->zenith), real(.75f)), pale = plus(times(sun, real(.28f)), times(even(s->horizon), real(.75f)));
    c = blend3(c, blend3(dark, pale, unit(.75f + (body - toward) * 2.4f)), cover * .9f);
    halo *= 1.f - .55f * cover;
  }
  c = go(c, sun, halo);
  if (s->disk && fine) c = go(c, sun, rise(.99955f, .9998f, s1) * 6.f);
  if (s->hills > 0.f || s->skyline > 0.f) c = far_hills(s, d, c);
  return pick3(d.y < -.02f, blend3(c, even(s->below), rise(-.02f, -.3f, d.y)), c);
}

/* Haze over a stretch of t metres from o along d: exponential in height, integrated exactly. */
static Vec haze(const Scene *s, Vec c, Vec o, Vec d, Real t) {
  if (s->fog <= 0.f) return c;
  Real stretch = most(t - s->fog_start, real(0.f));
  float a = s->fog_fall;
  Real low = clamp(o.y, -20.f, 200.f), rising = clamp(d.y, -1.f, 1.f) * a;
  Real flat = stretch, k = rising * stretch;
  Real steep = (1.f - exp_of(-clamp(k, -30.f, 30.f))) / pick(size_of(rising) < 1e-5f, real(1e-5f), rising);
  Real depth = exp_of(-low * a) * pick(size_of(k) < 1e-3f, flat, steep) * s->fog;
  Vec tone = go(even(s->fog_colour), even(s->sun_colour), .10f * power(sunward(s, d), 4.f));
  return blend3(c, tone, 1.f - exp_of(-most(depth, real(0.f))));
}
#endif
