import { backfill } from './support/backfillCourse.ts';
import { etl } from './support/etlCourse.ts';
import type { Drill } from './support/machine.ts';
import type { Course, Scenario } from './support/scenario.ts';
import { taskDrills } from './support/taskDrills.ts';

/** By the name of a machine's file: what its tasks call, and its ways. A machine that is not here fails the build. */
export const courses: ReadonlyMap<string, Course> = new Map<string, Course>([
  ['etl', etl],
  ['backfill', backfill],
]);

/** Everything a machine is put through: its ways, and each task meeting each fault. */
export const scenariosOf = (drill: Drill): Scenario[] => {
  const course = courses.get(drill.name);
  return course === undefined ? [] : [...Object.values(course.paths), ...taskDrills(drill, course)];
};
