/* The scene as the kernel reads it: plain records, laid out as generator/film/arrays.py packs them. */
#ifndef FILM_SCENE_H
#define FILM_SCENE_H
#include "lanes.h"

#define SIDE_MAX 4096 /* Pixels; kernel.py refuses more. */
#define GROUPS_MAX 512
#define SHAPES_PER_GROUP_MAX 64
#define LIGHTS_MAX 16
#define PLANES_MAX 8

enum { SPHERE, ELLIPSOID, BOX, CAPSULE, CYLINDER, CONE, TORUS, WEDGE };
/* PLAINLY: none of a group's materials has a pattern; POLISH: one of them mirrors and is not rough;
 * RAGGED: one of them has a rough outline. */
enum { CASTS = 1, REPEATS = 2, PLAINLY = 4, POLISH = 8, RAGGED = 16 };
enum {
  PLAIN, STRIPES, CHECKER, DOTS, NOISE, WOOD, PLANKS, BRICK, TILES, PAVING, PLASTER, ASPHALT, GRASS,
  SAND, SNOW, EARTH, ROCK, LEAF, BARK, KNIT, WEAVE, FUR, WATER, PUDDLES, BRUSHED, MARBLE, ROOF,
  WINDOWS, BASKETBALL, FOOTBALL, EYE, PICTURE, COURT
};
enum { FLAT, DUNES, HILLS, DRIFTS, WAVES };
enum { NOTHING, RAIN, SNOWFALL, DUST };

typedef struct {
  int kind, material, cut, moves;
  float at[3], blend;
  float mid[3], bound; /* A ball around it, relief included. */
  float turn[9];       /* World to local. */
  float sizes[8];      /* What they are: shapes.h. */
  float hollow, slim, relief; /* `slim`: half of its thickness. */
  float before[12];    /* Local to the world one frame earlier: rows of three and a place. */
  float half[3];       /* Half sides of a box about `mid` along its own axes. */
  int convex;          /* It keeps no light off itself. */
} Shape;

typedef struct {
  int first, count, id, flags;
  float at[3], bound;
  float blend, relief; /* The most of its shapes. */
  float origin[3], turn[9], spacing[3], last[3], slim;
  float middle[3], half[3]; /* Of a repeated group: a box around all copies, in the group's frame. */
  int ragged;  /* The material of all its shapes if that has a rough outline, else -1. */
  float box[3]; /* Half sides of a box about `at` along the world's axes. */
} Group;

typedef struct {
  float colour[3], rough, second[3], specular;
  float scale, relief, metal, mirror, soft, sheen, glow;
  int pattern, picture, pad;
} Material;

typedef struct {
  float normal[3], offset, u[3], v[3];
  int material, id;
} Plane;

typedef struct {
  float at[3], radius, colour[3], reach, aim[3], cosine, edge;
  int spot, shadow, pad;
} Light;

typedef struct {
  float eye[3], right[3], up[3], forward[3];
} Camera;

typedef struct {
  const uint8_t *texels;
  int width, height;
} Picture;

typedef struct {
  const Shape *shapes;
  const Group *groups;
  const float *balls; /* Middles and bounds of all groups: four rows, ball_stride long. */
  const Material *materials;
  const Plane *planes;
  const Light *lights;
  const Picture *pictures;
  const float *table; /* LUT_SIDE cubed by 3, or null. */
  int shape_count, group_count, material_count, plane_count, light_count, picture_count;
  int form, ground_material, ground_id, falling, disk, seed;
  Camera now, then;
  float focal, focal_then; /* Pixels. */
  float aperture, focus, shutter; /* Aperture: metres on the sensor a far point is blurred to. */
  float pixels_per_metre;  /* On the sensor. */
  float sun[3], sun_sharp, sun_colour[3], seconds;
  float zenith[3], light, horizon[3], clouds, below[3], stars, far[3], hills, skyline;
  float fog_colour[3], fog, fog_start, fog_fall;
  float ground_height, ground_amplitude, ground_length, ground_level;
  float drop_colour[3], drop_amount, wind[2], interval;
  float exposure, bloom, contrast, saturation, shadows[3], highlights[3], vignette, grain;
} Scene;

/* Buffers of one frame; planes of height by width unless said otherwise. */
typedef struct {
  int width, height;
  float *light;   /* Red, green, blue, depth along the camera's axis. */
  float *motion;  /* Pixels moved over the last frame, x and y. */
  int *ids;
  float *survey;  /* SURVEY_FIELDS planes of a sample per 2 by 2 pixels, survey_stride wide. */
  float *blocks;  /* Per block: where its rays begin, and the least thickness in pixels. */
  float *work;    /* A second copy of `light`. */
  float *tiles;   /* Greatest motion per MOTION_TILE, x and y. */
  float *planes;  /* Five planes, plane_stride wide: colours, depth, reach of a streak. */
  float *half;    /* Five planes of half the size, half_stride wide: colours, depth, blur. */
  float *soft;    /* Half the size: red, green, blue, blur. */
  float *reach;   /* Greatest blur per tile of the half picture. */
  float *glare;   /* A quarter and a sixteenth of the size: three planes each, and as many to spare. */
  uint8_t *picture; /* Height by width by 3. */
  int64_t *counters; /* Packets traced, filled, refined; marching steps: for profiles. */
} Film;

INLINE int ball_stride(const Scene *s) { return (s->group_count + LANES - 1) / LANES * LANES; }

#define KEY_SKY 0
#define KEY_PLANE 1
#define KEY_GROUND 15
#define KEY_GROUP 16
#define DEPTH_SKY 4000.f /* Metres at which the sky hangs, for blur and motion. */
#define TILE 32
#define BLOCK 8
#define LAMP_SHADOWS 4 /* Only so many lamps cast shadows; arrays.py puts the strongest first. */
enum {
  S_KEY, S_T, S_NX, S_NY, S_NZ, S_SUN, S_OPEN, S_LAMP, S_MIRROR = S_LAMP + LAMP_SHADOWS,
  S_LIGHT = S_MIRROR + 3, S_MOTION = S_LIGHT + 3, SURVEY_FIELDS = S_MOTION + 2
};
/* Samples of a survey's row and column: whole blocks, and one block more that stays empty. */
INLINE int survey_stride(const Film *f) { return (f->width + BLOCK - 1) / BLOCK * 4 + 4; }
INLINE int survey_rows(const Film *f) { return (f->height + BLOCK - 1) / BLOCK * 4 + 4; }
#define MOTION_TILE 32
#define MOTION_PAD 64 /* Room beside a row for the farthest look along a streak. */
#define HALF_PAD 48 /* Room beside a row for the farthest look of the lens. */
INLINE int plane_stride(const Film *f) { return (f->width + LANES - 1) / LANES * LANES + 2 * MOTION_PAD; }
INLINE int half_stride(const Film *f) { return (f->width / 2 + LANES - 1) / LANES * LANES + 2 * HALF_PAD; }
INLINE int block_stride(const Film *f) { return (f->width + BLOCK - 1) / BLOCK; }
#endif
