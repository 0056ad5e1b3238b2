/* What surfaces show: for each pattern a height (relief) and a paint (colour, roughness, mirror). */
#ifndef FILM_PATTERNS_H
#define FILM_PATTERNS_H
#include "scene.h"

typedef struct {
  Vec colour;
  Real rough, specular, metal, mirror, soft, sheen, glow;
} Surface;

INLINE Real near_int(Real a) { return size_of(fract(a + .5f) - .5f); } /* Distance to a whole number. */
INLINE Real odd(Real a) { return a - 2.f * floor_of(a * .5f); }

/* A board floor: which board, and how far from its edges. */
INLINE void board(Real u, Real v, Real *row, Real *tone, Real *edge) {
  *row = floor_of(v);
  Real along = u * .16f + chance(*row, real(3.f)) * 7.f;
  *tone = chance(floor_of(along), *row);
  Real fx = fract(along), fy = fract(v);
  *edge = least(least(fy, 1.f - fy), least(fx, 1.f - fx) * 6.f);
}

/* Courses of stones twice as wide as high: which stone, and how far from its edges. */
INLINE void course(Real u, Real v, float wide, Real *tone, Real *edge) {
  Real row = floor_of(v), x = u / wide + .5f * odd(row);
  Real fx = fract(x), fy = fract(v);
  *tone = chance(floor_of(x), row);
  *edge = least(least(fy, 1.f - fy), least(fx, 1.f - fx) * wide);
}

INLINE Real ripples(Real u, Real v, float seconds) {
  Real a = noise2(u + seconds * .6f, v + seconds * .35f), b = noise2(u * 2.1f - seconds * .9f, v * 2.3f + seconds * .5f);
  return a * .65f + b * .35f;
}

/* Shape outlines: how far the surface stands back, 0..1. */
static Real outline_height(int pattern, Vec q) {
  switch (pattern) {
    case LEAF: {
      Real a = noise3(q), b = noise3(vec(q.z * 2.3f + 5.f, q.x * 2.3f, q.y * 2.3f));
      return unit(size_of(a - .5f) * 1.2f + size_of(b - .5f) * .9f);
    }
    case FUR: return noise3(vec(q.x, q.y * .16f, q.z));
    default: {
      Real a = noise3(q), b = noise3(vec(q.y * 2.1f, q.z * 2.1f, q.x * 2.1f + 3.f));
      return unit(size_of(a - .5f) * 1.3f + b * .4f);
    }
  }
}
INLINE int outlines(int pattern) { return pattern == LEAF || pattern == FUR || pattern == ROCK; }

static Real outline(const Material *m, Vec q) { return outline_height(m->pattern, times(q, real(m->scale))); }

/* Height of the relief, 0 deep .. 1 high, at scaled places. */
static Real height_of(int pattern, Real u, Real v, Vec q, float seconds) {
  Real a, b, e;
  switch (pattern) {
    case STRIPES: return rise(.3f, .5f, near_int(v) * 2.f);
    case PLANKS: board(u, v, &a, &b, &e); return rise(0.f, .045f, e) * (.85f + .15f * b) + .05f * noise2(u * .9f + b * 40.f, v * 9.f);
    case WOOD: return .6f * noise2(u * 9.f, v * .8f) + .4f * noise2(u * 23.f, v * 1.7f);
    case BRICK: course(u, v, 2.2f, &a, &e); return rise(.03f, .13f, e) * (.8f + .2f * a) - .12f * noise2(u * 5.f, v * 7.f);
    case TILES: e = least(near_int(u), near_int(v)); return rise(.01f, .05f, e);
    case PAVING: course(u, v, 1.6f, &a, &e); return rise(.02f, .1f, e) * (.75f + .25f * a) - .12f * noise2(u * 6.f, v * 6.f);
    case PLASTER: return clouds2(u * 3.f, v * 3.f, 3);
    case ASPHALT: case COURT: return noise2(u * 40.f, v * 40.f);
    case PUDDLES: return noise2(u * 40.f, v * 40.f) * rise(.5f, .42f, clouds2(u * .7f, v * .7f, 3));
    case GRASS: {
      /* Two layers of leaning blades. */
      Real bend = noise2(u * .8f, v * .8f) * 2.f;
      a = noise2(u * 11.f + bend * 3.f, v * 4.f), b = noise2(u * 5.f - v * 7.f, v * 9.f + u * 3.f + bend);
      return .6f * a + .4f * b;
    }
    case SAND: a = noise2(u * .6f, v * .6f); return .7f * (.5f + .5f * sin_of((v + a * 2.f) * 6.2832f)) + .3f * noise2(u * 19.f, v * 19.f);
    case SNOW: return .8f * noise2(u, v) + .2f * noise2(u * 9.f, v * 9.f);
    case EARTH: return clouds2(u * 2.f, v * 2.f, 4);
    case BARK: return noise2(u * 3.f + noise2(u, v) * 1.5f, v * .6f);
    case KNIT: {
      a = fract(u) - .5f;
      b = fract(v + size_of(a) * 1.1f);
      return (1.f - 4.f * a * a) * (.3f + .7f * (1.f - size_of(b * 2.f - 1.f)));
    }
    case WEAVE: {
      a = sin_of(u * 6.2832f), b = sin_of(v * 6.2832f);
      return .5f + .5f * pick(a * b > 0.f, size_of(a), size_of(b));
    }
    case WATER: return ripples(u, v, seconds);
    case BRUSHED: return noise2(u * 2.f, v * 60.f);
    case ROOF: a = fract(u), b = fract(v); return root(most(1.f - (a * 2.f - 1.f) * (a * 2.f - 1.f), real(0.f))) * .7f + .3f * b;
    case BASKETBALL: return noise3(times(q, real(60.f)));
    case DOTS: return real(.5f);
    default: return noise3(times(q, real(2.f)));
  }
}

/* The seams of a basketball of radius 1. */
static Real basketball_seam(Vec q) {
  Vec n = normal(q);
  Real a = least(size_of(n.x), size_of(n.y)), t = size_of(n.y) - 1.25f;
  return least(a, size_of(root(t * t + n.x * n.x) - .78f));
}

/* The twelve black faces of a football: how near the closest axis of an icosahedron. */
static Real football_face(Vec q) {
  Vec n = normal(q);
  Real x = size_of(n.x), y = size_of(n.y), z = size_of(n.z);
  float a = .5257311f, b = .8506508f;
  return most(most(a * x + b * y, a * y + b * z), a * z + b * x);
}

static void texel(const Picture *p, Real u, Real v, Vec *colour, Real *cover) {
  *cover = real(0.f);
  u = clamp(u, 0.f, 1.f) * (float)p->width - .5f;
  v = clamp(v, 0.f, 1.f) * (float)p->height - .5f;
  for (int k = 0; k < LANES; k++) {
    float x = clamp1(u[k], 0.f, (float)(p->width - 1)), y = clamp1(v[k], 0.f, (float)(p->height - 1));
    int x0 = (int)x, y0 = (int)y, x1 = x0 + 1 < p->width ? x0 + 1 : x0, y1 = y0 + 1 < p->height ? y0 + 1 : y0;
    float a = x - (float)x0, b = y - (float)y0, c[4];
    const uint8_t *t = p->texels;
    for (int i = 0; i < 4; i++) {
      float top = t[(y0 * p->width + x0) * 4 + i] * (1.f - a) + t[(y0 * p->width + x1) * 4 + i] * a;
      float low = t[(y1 * p->width + x0) * 4 + i] * (1.f - a) + t[(y1 * p->width + x1) * 4 + i] * a;
      c[i] = (top * (1.f - b) + low * b) * (1.f / 255.f);
    }
    colour->x[k] = c[0], colour->y[k] = c[1], colour->z[k] = c[2], (*cover)[k] = c[3];
  }
  /* sRGB to linear, a cubic within .002 of it. */
  Vec c = *colour;
  *colour = tint(c, plus(grey(real(.012522878f)), tint(c, plus(grey(real(.682171111f)), times(c, real(.305306011f))))));
}

static void paint_floor(const Material *m, Real u, Real v, Real fine, Surface *o) {
  Vec c = o->colour, d = even(m->second);
  Real a, b, e, n;
  switch (m->pattern) {
    case PLANKS:
      board(u, v, &a, &b, &e);
      n = clouds2(u * .9f + b * 40.f, v * 9.f + b * 17.f, 3);
      c = blend3(d, c, unit(.2f + .55f * n + .5f * b));
      c = times(c, mix(real(.93f), .35f + .65f * rise(0.f, .035f, e), fine));
      o->rough = unit(o->rough + .25f * (n - .4f));
      break;
    case ASPHALT:
      n = noise2(u * 40.f, v * 40.f);
      c = times(c, (.82f + .36f * mix(real(.5f), n, fine)) * (.8f + .4f * clouds2(u * .7f, v * .7f, 3)));
      break;
    case PUDDLES:
      n = noise2(u * 40.f, v * 40.f), a = clouds2(u * .7f, v * .7f, 3), b = rise(.42f, .5f, a);
      c = times(c, (.8f + .4f * mix(real(.5f), n, fine)) * (1.f - .55f * b));
      o->mirror *= b;
      o->rough = mix(o->rough, real(.05f), b);
      break;
    case GRASS:
      n = height_of(GRASS, u, v, grey(u), 0.f), a = clouds2(u * .35f, v * .35f, 3);
      c = blend3(c, d, unit(a * 1.5f - .25f));
      c = times(c, mix(real(.9f), .4f + 1.1f * n, fine));
      break;
    case SAND:
      c = times(blend3(d, c, unit(.4f + clouds2(u * .5f, v * .5f, 3))), .85f + .3f * mix(real(.5f), noise2(u * 33.f, v * 33.f), fine));
      break;
    case SNOW:
      c = times(c, .92f + .1f * noise2(u * 2.f, v * 2.f));
      o->rough = pick((chance(floor_of(u * 60.f), floor_of(v * 60.f)) > .985f) & (fine > .5f), real(.15f), o->rough);
      break;
    case EARTH:
      n = clouds2(u * 2.f, v * 2.f, 4);
      c = times(blend3(d, c, unit(n * 1.6f - .3f)), .8f + .4f * mix(real(.5f), noise2(u * 23.f, v * 23.f), fine));
      break;
    case COURT: {
      n = noise2(u * 14.f, v * 14.f), a = clouds2(u * .7f, v * .7f, 3);
      c = times(c, (.88f + .24f * mix(real(.5f), n, fine)) * (.85f + .3f * a));
      Real key = most(size_of(u) - 1.9f, size_of(v + 2.2f) - 2.9f), ring = v + 2.2f - 2.9f, arc = v + 2.2f + 1.4f;
      c = blend3(times(d, .85f + .3f * a), c, rise(-.01f, .01f, key));
      Real line = least(size_of(key), size_of(root(u * u + ring * ring) - 1.8f));
      line = least(line, size_of(root(u * u + arc * arc) - 6.2f));
      c = blend3(c, grey(real(.75f)), rise(.05f, .035f, line) * (.6f + .4f * rise(.25f, .5f, n)));
      o->mirror *= rise(.35f, .62f, a);
      break;
    }
    default: break;
  }
  o->colour = c;
}

static void paint_wall(const Material *m, Real u, Real v, Real fine, Surface *o) {
  Vec c = o->colour, d = even(m->second);
  Real a, b, e, n;
  switch (m->pattern) {
    case BRICK:
      course(u, v, 2.2f, &a, &e);
      n = clouds2(u * 3.f, v * 3.f, 3);
      e = rise(.04f, .1f, e + .04f * (n - .5f));
      c = times(c, .6f + .5f * a + .4f * (n - .4f));
      c = blend3(times(d, .8f + .4f * n), c, mix(real(.82f), e, fine));
      break;
    case TILES:
      e = rise(.012f, .03f, least(near_int(u), near_int(v)));
      a = chance(floor_of(u + .5f), floor_of(v + .5f));
      c = blend3(d, times(c, .93f + .1f * a), mix(real(.95f), e, fine));
      o->mirror *= e;
      break;
    case PAVING:
      course(u, v, 1.6f, &a, &e);
      n = clouds2(u * 4.f + a * 9.f, v * 4.f, 3);
      c = times(c, .7f + .35f * a + .4f * (n - .45f));
      c = blend3(d, c, mix(real(.9f), rise(.03f, .08f, e + .03f * (n - .5f)), fine));
      break;
    case PLASTER:
      c = times(c, .86f + .28f * clouds2(u * 2.f, v * 2.f, 4));
      break;
    case ROOF:
      a = fract(u), b = fract(v), n = chance(floor_of(u), floor_of(v));
      c = times(blend3(c, d, n * .5f), mix(real(.8f), (.5f + .5f * rise(0.f, .3f, least(a, 1.f - a))) * (.6f + .4f * b), fine));
      break;
    case WINDOWS: {
      a = fract(u), b = fract(v), n = chance(floor_of(u), floor_of(v));
      Mask pane = (a > .28f) & (a < .72f) & (b > .25f) & (b < .78f), frame = (size_of(a - .5f) < .02f) | (size_of(b - .55f) < .015f);
      c = times(c, .9f + .2f * clouds2(u * 2.f, v * 2.f, 3));
      Mask home = pane & ~frame & (n > .55f);
      c = pick3(pane & ~frame, grey(real(.04f)), c);
      o->glow = pick(home, o->glow * (.5f + n), real(0.f));
      c = pick3(home & (o->glow > 0.f), d, c);
      o->rough = pick(pane, real(.08f), o->rough);
      o->mirror = pick(pane, o->mirror, real(0.f));
      break;
    }
    case KNIT:
      n = height_of(KNIT, u, v, grey(u), 0.f);
      c = times(blend3(c, d, unit(noise2(u * .13f, v * .13f) * .3f)), mix(real(.85f), .6f + .5f * n, fine));
      break;
    case WEAVE:
      n = height_of(WEAVE, u, v, grey(u), 0.f);
      c = times(blend3(c, d, .25f * noise2(u * .2f, v * .2f)), mix(real(.9f), .75f + .3f * n, fine));
      break;
    case BRUSHED:
      n = noise2(u * 2.f, v * 60.f);
      o->rough = unit(o->rough + .25f * (mix(real(.5f), n, fine) - .5f));
      break;
    case BARK:
      n = height_of(BARK, u, v, grey(u), 0.f);
      c = blend3(d, c, unit(.1f + 1.1f * n));
      break;
    default: break;
  }
  o->colour = c;
}

/* Patterns of bodies, laid in space rather than on the surface. */
static void paint_body(const Scene *s, const Material *m, Real u, Real v, Vec q, Real fine, Surface *o) {
  Vec c = o->colour, d = even(m->second);
  Real a, b, n;
  switch (m->pattern) {
    case STRIPES: c = blend3(d, c, rise(.44f, .56f, near_int(v) * 2.f)); break;
    case CHECKER: c = blend3(c, d, odd(floor_of(u) + floor_of(v))); break;
    case DOTS: a = fract(u) - .5f, b = fract(v) - .5f; c = blend3(d, c, rise(.26f, .3f, root(a * a + b * b))); break;
    case NOISE: c = blend3(d, c, unit(clouds3(q, 3) * 1.8f - .35f)); break;
    case WOOD: {
      /* Rings about local y, warped, with fine pores. */
      Real r = root(q.x * q.x + q.z * q.z) * 4.f + noise3(vec(q.x, q.y * .2f, q.z)) * 2.5f;
      n = .5f + .5f * sin_of(r * 6.2832f);
      a = noise3(vec(q.x * 14.f, q.y * .9f, q.z * 14.f));
      c = blend3(d, c, unit(.25f + .5f * n + .5f * (mix(real(.5f), a, fine) - .3f)));
      break;
    }
    case MARBLE:
      a = clouds3(times(q, real(1.4f)), 4);
      b = size_of(sin_of((q.x + q.y * .7f + a * 4.f) * 3.1416f));
      c = blend3(d, c, rise(0.f, .45f, b));
      break;
    case ROCK: a = clouds3(times(q, real(1.7f)), 3); c = times(blend3(d, c, unit(a * 1.7f - .3f)), .75f + .4f * outline_height(ROCK, q)); break;
    case LEAF:
      a = outline_height(LEAF, q), b = noise3(times(q, real(.4f)));
      c = times(blend3(c, d, unit(b * 1.3f - .2f)), 1.15f - .8f * a);
      break;
    case FUR: a = outline_height(FUR, q); c = times(blend3(c, d, unit(noise3(times(q, real(.12f))) - .2f)), 1.1f - .55f * mix(real(.5f), a, fine)); break;
    case BASKETBALL:
      c = blend3(d, times(c, .86f + .25f * noise3(times(q, real(30.f)))), rise(.018f, .032f, basketball_seam(q)));
      break;
    case FOOTBALL: a = football_face(q); c = blend3(c, d, rise(.925f, .93f, a)); break;
    case EYE: {
      Vec e = normal(q);
      Real r = root(e.x * e.x + e.y * e.y);
      Vec iris = times(d, mix(real(.4f), real(1.3f), rise(.22f, .46f, r)));
      Vec white = blend3(iris, c, rise(.46f, .51f, r));
      c = pick3(e.z > 0.f, blend3(grey(real(.008f)), white, rise(.2f, .24f, r)), c);
      break;
    }
    case PICTURE: {
      if (m->picture >= s->picture_count) break;
      Vec t = c;
      Real cover;
      const Picture *p = s->pictures + m->picture;
      Real x = q.x + .5f, y = .5f - q.y * ((float)p->width / (float)p->height);
      texel(p, x, y, &t, &cover);
      Mask on = (x > 0.f) & (x < 1.f) & (y > 0.f) & (y < 1.f) & (q.z > 0.f);
      c = blend3(c, t, pick(on, cover, real(0.f)));
      break;
    }
    case WATER: c = blend3(c, d, unit(noise2(u * .2f, v * .2f))); break;
    default: break;
  }
  o->colour = c;
}

INLINE Surface bare(const Material *m) {
  return (Surface){even(m->colour), real(m->rough), real(m->specular), real(m->metal),
                   real(m->mirror), real(m->soft), real(m->sheen), real(m->glow)};
}

/* The surface of a material at a scaled place; `fine` is 1 where its details are larger than a
 * pixel, 0 where they are smaller and give way to their mean. */
static Surface paint(const Scene *s, const Material *m, Real u, Real v, Vec q, Real fine) {
  Surface o = bare(m);
  switch (m->pattern) {
    case PLAIN: break;
    case PLANKS: case ASPHALT: case PUDDLES: case GRASS: case SAND: case SNOW: case EARTH: case COURT:
      paint_floor(m, u, v, fine, &o);
      break;
    case BRICK: case TILES: case PAVING: case PLASTER: case ROOF: case WINDOWS: case KNIT: case WEAVE:
    case BRUSHED: case BARK:
      paint_wall(m, u, v, fine, &o);
      break;
    default: paint_body(s, m, u, v, q, fine, &o); break;
  }
  return o;
}
#endif
