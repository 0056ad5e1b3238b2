/* Sixteen rays at a time: vectors of lanes, and the mathematics that give the same bits anywhere.
 *
 * Sixteen lanes on every processor, whatever its registers hold: the compiler splits them, and what
 * a lane computes never depends on the split. No libm: its last bits differ between machines. */
#ifndef FILM_LANES_H
#define FILM_LANES_H
#include <stdint.h>
#include <string.h>

#define LANES 16
#define INLINE static inline __attribute__((always_inline))
#define FAR 1e9f

typedef float Real __attribute__((ext_vector_type(LANES)));
typedef int Whole __attribute__((ext_vector_type(LANES)));
typedef unsigned Bits __attribute__((ext_vector_type(LANES)));
typedef Whole Mask; /* All bits of a lane, or none. */
typedef struct { Real x, y, z; } Vec;

/* Lanes beside one another in memory, wherever they begin. */
typedef float Loose __attribute__((ext_vector_type(LANES), aligned(4)));
INLINE Real load(const float *p) { return *(const Loose *)p; }

INLINE Real real(float a) { return (Real)(a); }
INLINE Mask yes(void) { return (Mask)(-1); }
INLINE Mask no(void) { return (Mask)(0); }
INLINE int any(Mask m) { return __builtin_reduce_or(m) != 0; }
INLINE int all(Mask m) { return __builtin_reduce_and(m) != 0; }
/* One bit for each lane, the first the lowest. */
INLINE unsigned bits_of(Mask m) {
  Mask lane = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768};
  return (unsigned)__builtin_reduce_or(m & lane);
}
INLINE Real pick(Mask m, Real a, Real b) { return m ? a : b; }
INLINE Real least(Real a, Real b) { return a < b ? a : b; }
INLINE Real most(Real a, Real b) { return a > b ? a : b; }
INLINE Real size_of(Real a) { return __builtin_elementwise_abs(a); }
INLINE Real root(Real a) { return __builtin_elementwise_sqrt(a); }
INLINE Real floor_of(Real a) { return __builtin_elementwise_floor(a); }
INLINE Real fract(Real a) { return a - floor_of(a); }
INLINE Real clamp(Real a, float low, float high) { return least(most(a, real(low)), real(high)); }
INLINE Real unit(Real a) { return clamp(a, 0.f, 1.f); }
INLINE Real mix(Real a, Real b, Real t) { return a + (b - a) * t; }
INLINE float lowest(Real a) { return __builtin_reduce_min(a); }
INLINE float highest(Real a) { return __builtin_reduce_max(a); }

INLINE float least1(float a, float b) { return a < b ? a : b; }
INLINE float most1(float a, float b) { return a > b ? a : b; }
INLINE float clamp1(float a, float low, float high) { return least1(most1(a, low), high); }
INLINE float size1(float a) { return __builtin_fabsf(a); }
INLINE float root1(float a) { return __builtin_sqrtf(a); }

/* Hermite step from 0 at `a` to 1 at `b`; `a` may be above `b`. */
INLINE Real rise(float a, float b, Real x) {
  Real t = unit((x - a) * (1.f / (b - a)));
  return t * t * (3.f - 2.f * t);
}

/* 2 to the power of x, relative error below 2e-6; a minimax polynomial of the fraction. */
INLINE Real exp2_of(Real x) {
  x = clamp(x, -120.f, 120.f);
  Real whole = floor_of(x), r = x - whole;
  Real p = 1.f + r * (.69314697f + r * (.24023722f + r * (.05548099f + r * (.00967998f + r * .00123849f + r * r * .00021697f))));
  Whole bits = (__builtin_convertvector(whole, Whole) + 127) << 23;
  Real scale;
  memcpy(&scale, &bits, sizeof scale);
  return p * scale;
}

/* Logarithm to base 2 of x above 0, from the atanh series of the mantissa. */
INLINE Real log2_of(Real x) {
  x = most(x, real(1e-20f));
  Whole bits;
  memcpy(&bits, &x, sizeof bits);
  Whole exponent = ((bits >> 23) & 255) - 127;
  bits = (bits & 0x7fffff) | 0x3f800000;
  Real m;
  memcpy(&m, &bits, sizeof m);
  Real t = (m - 1.f) / (m + 1.f), s = t * t;
  return __builtin_convertvector(exponent, Real) +
         t * (2.8853901f + s * (.9617967f + s * (.5770780f + s * .4121977f)));
}

INLINE Real power(Real a, float p) { return exp2_of(log2_of(a) * p); }
INLINE Real exp_of(Real a) { return exp2_of(a * 1.442695f); }

/* Sine, absolute error below 1e-5: folded to a quarter turn, Taylor terms to the ninth. */
INLINE Real sin_of(Real x) {
  Real k = floor_of(x * .31830989f + .5f);
  Real odd = k - 2.f * floor_of(k * .5f);
  x = x - k * 3.1415927f;
  Real s = x * x;
  Real y = x * (1.f + s * (-.16666667f + s * (.0083333310f + s * (-.00019840874f + s * 2.7525562e-6f))));
  return pick(odd > .5f, -y, y);
}
INLINE Real cos_of(Real x) { return sin_of(x + 1.5707964f); }

/* Angle of (x, y) in -pi..pi, error below 2e-4 (Hastings' polynomial, 1955). */
INLINE Real angle_of(Real y, Real x) {
  Real ax = size_of(x), ay = size_of(y);
  Real t = least(ax, ay) / (most(ax, ay) + 1e-20f), s = t * t;
  Real a = t * (.9998660f + s * (-.3302995f + s * (.1801410f + s * (-.0851330f + s * .0208351f))));
  a = pick(ay > ax, 1.5707964f - a, a);
  a = pick(x < 0.f, 3.1415927f - a, a);
  return pick(y < 0.f, -a, a);
}

INLINE Vec vec(Real x, Real y, Real z) { return (Vec){x, y, z}; }
INLINE Vec even(const float *c) { return (Vec){real(c[0]), real(c[1]), real(c[2])}; }
INLINE Vec grey(Real a) { return (Vec){a, a, a}; }
INLINE Vec plus(Vec a, Vec b) { return (Vec){a.x + b.x, a.y + b.y, a.z + b.z}; }
INLINE Vec minus(Vec a, Vec b) { return (Vec){a.x - b.x, a.y - b.y, a.z - b.z}; }
INLINE Vec times(Vec a, Real s) { return (Vec){a.x * s, a.y * s, a.z * s}; }
INLINE Vec tint(Vec a, Vec b) { return (Vec){a.x * b.x, a.y * b.y, a.z * b.z}; }
INLINE Vec go(Vec a, Vec d, Real t) { return (Vec){a.x + d.x * t, a.y + d.y * t, a.z + d.z * t}; }
INLINE Vec blend3(Vec a, Vec b, Real t) { return (Vec){mix(a.x, b.x, t), mix(a.y, b.y, t), mix(a.z, b.z, t)}; }
INLINE Vec pick3(Mask m, Vec a, Vec b) { return (Vec){pick(m, a.x, b.x), pick(m, a.y, b.y), pick(m, a.z, b.z)}; }
INLINE Real dot(Vec a, Vec b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
INLINE Real dot1(Vec a, const float *b) { return a.x * b[0] + a.y * b[1] + a.z * b[2]; }
INLINE Real length(Vec a) { return root(dot(a, a)); }
INLINE Vec normal(Vec a) { return times(a, 1.f / root(dot(a, a) + 1e-20f)); }
INLINE Vec away(Vec a, const float *c) { return (Vec){a.x - c[0], a.y - c[1], a.z - c[2]}; }
INLINE Real luminance(Vec c) { return .2126f * c.x + .7152f * c.y + .0722f * c.z; }
/* Rows of m times a. */
INLINE Vec turned(const float *m, Vec a) { return (Vec){dot1(a, m), dot1(a, m + 3), dot1(a, m + 6)}; }
/* Columns of m times a: the inverse of `turned`. */
INLINE Vec turned_back(const float *m, Vec a) {
  return (Vec){a.x * m[0] + a.y * m[3] + a.z * m[6], a.x * m[1] + a.y * m[4] + a.z * m[7],
               a.x * m[2] + a.y * m[5] + a.z * m[8]};
}

/* Grid cells beyond this repeat: a float holds no finer place there, and no cast overflows. */
#define CELL_MAX 4e6f

INLINE Bits cell(Real a) {
  return __builtin_convertvector(__builtin_convertvector(clamp(a, -CELL_MAX, CELL_MAX), Whole), Bits);
}
INLINE Real scatter(Bits a) {
  a ^= a >> 15;
  a *= 0x2C1B3C6Du;
  a ^= a >> 12;
  a *= 0x297A2D39u;
  a ^= a >> 15;
  return __builtin_convertvector(__builtin_convertvector(a >> 8, Whole), Real) * (1.f / 16777216.f);
}
#define CELL_X 0x9E3779B1u
#define CELL_Y 0x85EBCA77u
#define CELL_Z 0xC2B2AE3Du

/* A number 0..1 for each cell of a grid. */
INLINE Real chance(Real x, Real y) { return scatter(cell(x) * CELL_X ^ cell(y) * CELL_Y); }

/* Value noise in 0..1 on a grid of width 1. */
INLINE Real noise2(Real x, Real y) {
  Real ix = floor_of(x), iy = floor_of(y), fx = x - ix, fy = y - iy;
  fx = fx * fx * (3.f - 2.f * fx);
  fy = fy * fy * (3.f - 2.f * fy);
  Bits ax = cell(ix) * CELL_X, ay = cell(iy) * CELL_Y, bx = ax + CELL_X, by = ay + CELL_Y;
  return mix(mix(scatter(ax ^ ay), scatter(bx ^ ay), fx), mix(scatter(ax ^ by), scatter(bx ^ by), fx), fy);
}

INLINE Real noise3(Vec p) {
  Real ix = floor_of(p.x), iy = floor_of(p.y), iz = floor_of(p.z);
  Real fx = p.x - ix, fy = p.y - iy, fz = p.z - iz;
  fx = fx * fx * (3.f - 2.f * fx);
  fy = fy * fy * (3.f - 2.f * fy);
  fz = fz * fz * (3.f - 2.f * fz);
  Bits ax = cell(ix) * CELL_X, ay = cell(iy) * CELL_Y, az = cell(iz) * CELL_Z;
  Bits bx = ax + CELL_X, by = ay + CELL_Y, bz = az + CELL_Z;
  Real low = mix(mix(scatter(ax ^ ay ^ az), scatter(bx ^ ay ^ az), fx),
                 mix(scatter(ax ^ by ^ az), scatter(bx ^ by ^ az), fx), fy);
  Real high = mix(mix(scatter(ax ^ ay ^ bz), scatter(bx ^ ay ^ bz), fx),
                  mix(scatter(ax ^ by ^ bz), scatter(bx ^ by ^ bz), fx), fy);
  return mix(low, high, fz);
}

/* Octaves of noise, turned between one another so that no grid shows; about 0..1. */
static Real clouds2(Real x, Real y, int octaves) {
  Real sum = real(0.f);
  float weight = .5f;
  for (int i = 0; i < octaves; i++) {
    sum += weight * noise2(x, y);
    Real t = x * 1.6f + y * 1.2f + 1.7f;
    y = y * 1.6f - x * 1.2f + 9.2f;
    x = t;
    weight *= .5f;
  }
  return sum;
}
static Real clouds3(Vec p, int octaves) {
  Real sum = real(0.f);
  float weight = .5f;
  for (int i = 0; i < octaves; i++) {
    sum += weight * noise3(p);
    p = vec(p.y * 1.63f + p.x * 1.2f + 1.7f, p.z * 2.02f + 9.2f, p.x * 1.63f - p.y * 1.2f + 5.1f);
    weight *= .5f;
  }
  return sum;
}
#endif
