/* Rain, snow and motes: streaks in the space before the lens, each a soft line of its own width. */
#ifndef FILM_DROPS_H
#define FILM_DROPS_H
#include "lens.h"

#define DROPS_MOST 3600 /* At an amount of 1. */

INLINE unsigned mixed_bits(unsigned a) {
  a ^= a >> 16;
  a *= 0x7feb352du;
  a ^= a >> 15;
  a *= 0x846ca68bu;
  return a ^ a >> 16;
}
INLINE float chance1(unsigned a) { return (float)(mixed_bits(a) >> 8) * (1.f / 16777216.f); }
INLINE float wrap1(float a, float n) { return a - n * __builtin_floorf(a / n); }

/* A slow swing of a drop, -1..1: a parabola's sine is smooth enough. */
INLINE float swing(float t) {
  float p = wrap1(t, 2.f) - 1.f;
  return 4.f * p * (1.f - size1(p));
}

typedef struct { float box, size, fall, sway, gleam; } Habit;

static Habit habit_of(int falling) {
  if (falling == RAIN) return (Habit){16.f, .0016f, 8.5f, 0.f, .55f};
  if (falling == SNOWFALL) return (Habit){11.f, .006f, 1.1f, .25f, .9f};
  return (Habit){7.f, .0028f, .03f, .3f, .7f};
}

/* Light that a drop takes from the lamps and the sky around it. */
static void drop_light(const Scene *s, const float *p, float *c) {
  for (int i = 0; i < 3; i++) c[i] = s->horizon[i] * s->light + .25f * s->sun_colour[i];
  for (int n = 0; n < s->light_count; n++) {
    const Light *l = s->lights + n;
    float q = .05f;
    for (int i = 0; i < 3; i++) q += (l->at[i] - p[i]) * (l->at[i] - p[i]);
    if (q < l->reach * l->reach)
      for (int i = 0; i < 3; i++) c[i] += l->colour[i] / q;
  }
  for (int i = 0; i < 3; i++) c[i] *= s->drop_colour[i];
}

INLINE int project(const Scene *s, const Film *f, const float *p, float *x, float *y, float *z) {
  float v[3] = {p[0] - s->now.eye[0], p[1] - s->now.eye[1], p[2] - s->now.eye[2]}, a = 0.f, b = 0.f;
  *z = 0.f;
  for (int i = 0; i < 3; i++) *z += v[i] * s->now.forward[i], a += v[i] * s->now.right[i], b += v[i] * s->now.up[i];
  if (*z < .25f) return 0;
  *x = f->width * .5f + s->focal * a / *z;
  *y = f->height * .5f - s->focal * b / *z;
  return 1;
}

static void draw_line(const Film *f, const float *a, const float *b, float z, float radius, float cover, const float *c, int y0, int y1) {
  float dx = b[0] - a[0], dy = b[1] - a[1], q = dx * dx + dy * dy + 1e-6f, edge = radius + .7f;
  int top = (int)most1(least1(a[1], b[1]) - edge, (float)y0), low = (int)least1(most1(a[1], b[1]) + edge, (float)(y1 - 1));
  int left = (int)most1(least1(a[0], b[0]) - edge, 0.f), right = (int)least1(most1(a[0], b[0]) + edge, (float)(f->width - 1));
  for (int y = top; y <= low; y++)
    for (int x = left; x <= right; x++) {
      float px = (float)x + .5f - a[0], py = (float)y + .5f - a[1], t = clamp1((px * dx + py * dy) / q, 0.f, 1.f);
      float ex = px - t * dx, ey = py - t * dy, d = edge - root1(ex * ex + ey * ey);
      float *o = f->work + 4 * ((long)y * f->width + x);
      if (d <= 0.f || o[3] < z) continue;
      float w = least1(d, 1.f) * cover;
      for (int i = 0; i < 3; i++) o[i] += (c[i] - o[i]) * w;
    }
}

/* The drops on rows y0 to y1 of `work`. Every strip goes through all drops in the same order. */
static void drops(const Scene *s, const Film *f, int y0, int y1) {
  if (s->falling == NOTHING) return;
  Habit h = habit_of(s->falling);
  int count = (int)(s->drop_amount * DROPS_MOST * (s->falling == DUST ? .2f : 1.f));
  float open = most1(s->shutter, .02f) * s->interval, scale = (float)f->width / 1280.f;
  for (int n = 0; n < count; n++) {
    unsigned key = (unsigned)n * 8u + (unsigned)s->seed * 0x9E3779B1u;
    float speed = h.fall * (.8f + .4f * chance1(key + 3)), phase = chance1(key + 4) * 2.f, p[3], v[3], x[2], y[2], z, z2;
    v[0] = s->wind[0], v[1] = -speed, v[2] = s->wind[1];
    for (int i = 0; i < 3; i++) {
      float centre = s->now.eye[i] + s->now.forward[i] * h.box * .5f - h.box * .5f;
      float at = chance1(key + (unsigned)i) * h.box + v[i] * s->seconds;
      if (i != 1) at += h.sway * swing(s->seconds * (.4f + .3f * chance1(key + 5)) + phase + .5f * i);
      p[i] = centre + wrap1(at - centre, h.box);
    }
    if (!project(s, f, p, x, x + 1, &z)) continue;
    float before[3] = {p[0] - v[0] * open, p[1] - v[1] * open, p[2] - v[2] * open};
    if (!project(s, f, before, y, y + 1, &z2)) continue;
    float size = h.size * (.6f + .8f * chance1(key + 6)) * s->focal / z, blur = blur1(s, z), radius = most1(size, .45f * scale) + blur;
    if (radius > 30.f * scale) continue;
    float length = root1((x[0] - y[0]) * (x[0] - y[0]) + (x[1] - y[1]) * (x[1] - y[1]));
    /* A drop covers its own area, drawn out over the streak and the blur. */
    float cover = h.gleam * least1(size * (size * 3.f + length) / (radius * (radius * 2.f + length)), 1.f), c[3];
    if (s->falling == RAIN) cover = h.gleam * least1(size / radius, 1.f) * .7f;
    if (cover < .004f) continue;
    drop_light(s, p, c);
    draw_line(f, x, y, z, radius, cover, c, y0, y1);
  }
}
#endif
