/* The stages of a frame, as generator/film/kernel.py calls them. Each works on rows y0 to y1 of a picture;
 * a stage begins when the one before it is done with all rows. Nothing is kept between calls. */
#include "develop.h"
#include "drops.h"
#include "fill.h"

#define EXPORT __attribute__((visibility("default")))

/* Sizes of the records, so that the two sides can check that they mean the same. */
EXPORT int film_size(int record) {
  static const int sizes[] = {sizeof(Shape), sizeof(Group), sizeof(Material), sizeof(Plane), sizeof(Light),
                              sizeof(Picture), sizeof(Scene), sizeof(Film), SURVEY_FIELDS};
  return record < (int)(sizeof sizes / sizeof *sizes) ? sizes[record] : 0;
}

EXPORT void film_survey(const Scene *s, const Film *f, int y0, int y1) {
  for (int y = y0; y < y1; y += TILE) survey_tiles(s, f, y);
}

EXPORT void film_fill(const Scene *s, const Film *f, int y0, int y1) {
  for (int y = y0; y < y1; y += TILE) fill_tiles(s, f, y, 0);
}

EXPORT void film_edges(const Scene *s, const Film *f, int y0, int y1) {
  for (int y = y0; y < y1; y += TILE) fill_tiles(s, f, y, 1);
}

EXPORT void film_motion(const Scene *s, const Film *f) { motion_tiles(s, f); }

EXPORT void film_planes(const Scene *s, const Film *f, int y0, int y1) {
  for (int y = y0; y < y1 && !still(f); y++) planes_row(s, f, y);
}

EXPORT void film_streak(const Scene *s, const Film *f, int y0, int y1) {
  (void)s;
  for (int y = y0; y < y1; y++) streak_row(f, y);
}

EXPORT void film_half(const Scene *s, const Film *f, int y0, int y1) {
  for (int y = y0 / 2; y < y1 / 2; y++) half_row(s, f, y);
}

EXPORT void film_lens(const Scene *s, const Film *f, const float *disc, int y0, int y1) {
  (void)s;
  if (y0 == 0) lens_tiles(f);
  for (int y = y0 / 2; y < y1 / 2; y++) lens_row(f, disc, y);
}

EXPORT void film_compose(const Scene *s, const Film *f, int lens, int y0, int y1) {
  Four row[SIDE_MAX / 2];
  for (int y = y0; y < y1; y++) compose_row(f, y, lens, row);
  drops(s, f, y0, y1);
}

EXPORT void film_glare(const Scene *s, const Film *f) { glare(s, f); }

EXPORT void film_develop(const Scene *s, const Film *f, int y0, int y1) {
  float row[3 * SIDE_MAX / 4];
  for (int y = y0; y < y1; y++) develop_row(s, f, y, row);
}

/* Signed distance of a group at points (count by 3), for tests against other arithmetic. */
EXPORT void film_distances(const Scene *s, int group, const float *points, int count, float *out) {
  const Group *g = s->groups + group;
  uint64_t mask = ~0ull >> (SHAPES_PER_GROUP_MAX - g->count);
  for (int n = 0; n < count; n += LANES) {
    Vec p;
    for (int k = 0; k < LANES; k++) {
      const float *q = points + 3 * (n + k < count ? n + k : n);
      p.x[k] = q[0], p.y[k] = q[1], p.z[k] = q[2];
    }
    Real d = member_distance(s, g, mask, p);
    for (int k = 0; k < LANES && n + k < count; k++) out[n + k] = d[k];
  }
}
