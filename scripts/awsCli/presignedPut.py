"""Writes an object through a presigned URL of boto, with its defaults, as boto3 makes them: presignedPut.py ENDPOINT BUCKET KEY."""

import sys
import urllib.request

import botocore.session

endpoint, bucket, key = sys.argv[1:]
s3 = botocore.session.get_session().create_client("s3", endpoint_url=endpoint)
url = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=60)
urllib.request.urlopen(urllib.request.Request(url, data=b"written", method="PUT")).close()
print(s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode())
