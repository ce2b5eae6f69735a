/** `arn:aws:kinesis:…:stream/orders/consumer/windows:1` is a consumer of the stream `arn:aws:kinesis:…:stream/orders`. */
export const streamOf = (arn: string): { streamArn: string; consumerArn?: string } => {
  const [streamArn = arn, consumer] = arn.split('/consumer/');
  return { streamArn, ...(consumer === undefined ? {} : { consumerArn: arn }) };
};
