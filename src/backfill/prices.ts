import usEast1 from '../../resources/prices/us-east-1.json' with { type: 'json' };

const { region, asOf, prices: list } = usEast1;

/** What a backfill's plan reckons with, out of the price file, whose `source` says where the numbers are from. */
export const prices = {
  region,
  asOf,
  stateTransition: list.stateTransition,
  lambdaGbSecond: list.lambdaGbSecondArm,
  lambdaRequest: list.lambdaRequest,
  /** PUT and LIST */
  s3Write: list.s3Write,
  /** GET and HEAD */
  s3Read: list.s3Read,
  athenaByte: list.athenaTb / 1024 ** 4,
} as const;
