/**
 * What AWS asks in us-east-1, without free tiers and discounts: list prices, USD, as of October 2025, from
 * aws.amazon.com/step-functions/pricing (Standard), /lambda/pricing (arm64, first tier), /s3/pricing (Standard) and
 * /athena/pricing. Other regions ask up to a third more. Change `asOf` with any number here.
 */
export const prices = {
  region: 'us-east-1',
  asOf: '2025-10',
  stateTransition: 0.025 / 1_000,
  lambdaGbSecond: 0.000_013_333_4,
  lambdaRequest: 0.2 / 1_000_000,
  /** PUT and LIST */
  s3Write: 0.005 / 1_000,
  /** GET and HEAD */
  s3Read: 0.000_4 / 1_000,
  athenaByte: 5 / 1024 ** 4,
} as const;
