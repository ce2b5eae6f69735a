"""Deploys two stages to moto with osls, updates one in place, removes both. Started by checkDeploy.sh.

Says what moto has after each step and whether it is what the packaged templates ask for. moto is not AWS: it takes no
permission into account and leaves out what emulatorTemplate.py lists. What this shows is that osls's own way goes
through, that two stages do not touch each other, that an update replaces nothing, and what a removal leaves.
"""

import importlib
import json
import logging
import os
import pkgutil
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import boto3
import moto
from moto.awslambda.models import LambdaFunction
from moto.core.common_models import CloudFormationModel
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from emulatorTemplate import LEFT_OUT, WITH_IT, adapted

ROOT = Path(__file__).parent.parent
# A network that a package may name; it is put in place by moto's own, whose ids change with every run.
VPC, SUBNETS = "vpc-0123456789abcdef0", ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
RETAINED = {"AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::Kinesis::Stream"}
ADDING = [
    "archive=firehose", "windowsFanOut=on", "postgresFanOut=on",
    "postgres=aurora", f"postgresVpc={VPC}", f"postgresSubnets={','.join(SUBNETS)}",
]
checked = 0


def check(what, holds, seen=""):
    """Counts what holds; ends the run at the first thing that does not."""
    global checked
    if not holds:
        sys.exit(f"FAILED: {what}\n{seen}")
    checked += 1
    print(f"ok: {what}", flush=True)


def types_known_to_moto():
    for module in pkgutil.iter_modules(moto.__path__):
        try:
            importlib.import_module(f"moto.{module.name}.models")
        except ImportError:
            pass  # a service whose own dependencies are not installed, or one without models
    known, classes = set(), [CloudFormationModel]
    while classes:
        for one in classes.pop().__subclasses__():
            classes.append(one)
            try:
                known.add(one.cloudformation_type())
            except NotImplementedError:
                pass
    return known


def run(command, env, cwd=ROOT):
    done = subprocess.run(command, cwd=cwd, env=env, text=True, capture_output=True, timeout=240)
    if done.returncode != 0:
        sys.exit(f"FAILED ({done.returncode}): {' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def placed(text, network):
    """The text with ids of moto's network in the place of those of the package."""
    for given, own in zip([VPC, *SUBNETS], network):
        text = text.replace(given, own)
    return text


class Stage:
    """A stage of ours in moto: packaged by the project, deployed and removed by osls."""

    def __init__(self, name, known_types, env, work, network):
        self.name, self.known_types, self.env, self.network = name, known_types, env, network
        self.stack = f"headrace-{name}"
        # osls unpacks what it deploys into .serverless/ beside serverless.yml, where others may be packaging just now.
        self.service = work / f"service-{name}"
        self.service.mkdir()
        for entry in ROOT.iterdir():
            if entry.name not in {".serverless", ".headrace", ".git", "serverless.yml"}:
                (self.service / entry.name).symlink_to(entry)
        shutil.copy(ROOT / "serverless.yml", self.service)  # osls takes no link for it

    def deploy(self, *params):
        script = ["node", "--disable-warning=ExperimentalWarning", "scripts/package.ts", self.name]
        packaged = run([*script, *(f"--param={param}" for param in params)], self.env).strip()
        folder = Path(tempfile.mkdtemp(dir=self.service))  # osls tidies up the folder it deploys
        shutil.copytree(ROOT / packaged, folder, dirs_exist_ok=True)
        state_file = folder / "serverless-state.json"
        state = json.loads(state_file.read_text())
        provider = state["service"]["provider"]
        self.template, self.left_out = adapted(provider["compiledCloudFormationTemplate"], self.known_types)
        self.template = json.loads(placed(json.dumps(self.template), self.network))
        provider["compiledCloudFormationTemplate"] = self.template
        state_file.write_text(json.dumps(state))
        self.osls("deploy", "--package", folder)

    def osls(self, command, *options):
        cli = ROOT / "node_modules/serverless/bin/serverless.js"
        run(["node", cli, command, "--stage", self.name, *options], self.env, self.service)

    def expected(self, type):
        return [id for id, one in self.template["Resources"].items() if one["Type"] == type]


class Account:
    """What there is in moto, by type, as the services themselves tell it."""

    def __init__(self, endpoint):
        def client(service):
            return boto3.client(
                service, endpoint_url=endpoint, region_name="us-east-1",
                aws_access_key_id="check", aws_secret_access_key="check",
            )

        self.cloudformation, self.s3, self.dynamodb, self.kinesis, self.lambdas, self.ec2 = map(
            client, ["cloudformation", "s3", "dynamodb", "kinesis", "lambda", "ec2"]
        )
        self.others = {name: client(name) for name in ["iam", "stepfunctions", "logs", "sns"]}

    def named(self):
        """{type: names of what exists}"""
        iam, states, logs, sns = self.others.values()
        return {
            "AWS::S3::Bucket": [one["Name"] for one in self.s3.list_buckets()["Buckets"]],
            "AWS::DynamoDB::Table": self.dynamodb.list_tables()["TableNames"],
            "AWS::Kinesis::Stream": self.kinesis.list_streams()["StreamNames"],
            "AWS::Lambda::Function": [one["FunctionName"] for one in self.lambdas.list_functions()["Functions"]],
            "AWS::IAM::Role": [one["RoleName"] for one in iam.list_roles(MaxItems=1000)["Roles"]],
            "AWS::StepFunctions::StateMachine": [one["name"] for one in states.list_state_machines()["stateMachines"]],
            "AWS::Logs::LogGroup": [one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]],
            "AWS::SNS::Topic": [one["TopicArn"].split(":")[-1] for one in sns.list_topics()["Topics"]],
        }

    def network(self):
        """Ids of a VPC and of two of its subnets."""
        subnets = self.ec2.describe_subnets()["Subnets"][:2]
        return [subnets[0]["VpcId"], *(one["SubnetId"] for one in subnets)]

    def of(self, stage):
        """{type: sorted names} of what carries the stage in its name."""
        return {
            type: sorted(name for name in names if f"headrace-{stage.name}-" in name)
            for type, names in self.named().items()
        }

    def physical(self, stage):
        """{logical id: physical id} of the stack."""
        found = self.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stage.stack)
        return {
            one["LogicalResourceId"]: one["PhysicalResourceId"]
            for page in found
            for one in page["StackResourceSummaries"]
        }

    def put_data(self, stage):
        """Something of value in each place that holds data."""
        ids = self.physical(stage)
        self.s3.put_object(Bucket=ids["LakeBucket"], Key="raw/dt=2026-11-01/hr=05/a-1-n1.ndjson.gz", Body=b"precious")
        self.dynamodb.put_item(TableName=ids["LedgerTable"], Item={"pk": {"S": "2026-11-01T05"}})
        self.kinesis.put_record(StreamName=ids["EventStream"], Data=b"precious", PartitionKey="a")

    def data(self, stage):
        """What put_data left, and when each place was made: a place that was replaced tells another time."""
        lake, table, stream = (f"headrace-{stage.name}-{name}" for name in ("lake-123456789012", "ledger", "events"))
        made = {one["Name"]: one["CreationDate"] for one in self.s3.list_buckets()["Buckets"]}
        shards = self.kinesis.list_shards(StreamName=stream)["Shards"]
        iterators = [
            self.kinesis.get_shard_iterator(
                StreamName=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            for shard in shards
        ]
        records = [self.kinesis.get_records(ShardIterator=one)["Records"] for one in iterators]
        return {
            "objects": [one["Key"] for one in self.s3.list_objects_v2(Bucket=lake).get("Contents", [])],
            "items": self.dynamodb.scan(TableName=table)["Items"],
            "records": [record["Data"] for shard in records for record in shard],
            "made": [
                made[lake],
                self.dynamodb.describe_table(TableName=table)["Table"]["CreationDateTime"],
                self.kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"][
                    "StreamCreationTimestamp"
                ],
            ],
        }


def check_deployed(account, stage):
    ids = account.physical(stage)
    wanted = set(stage.template["Resources"])
    check(f"{stage.stack}: all {len(wanted)} resources of the template are in the stack", set(ids) == wanted, ids)
    for type, names in account.of(stage).items():
        of_stack = sorted(ids[id].split(":")[-1] for id in stage.expected(type))
        exist = [name for name in of_stack if name in account.named()[type]]
        check(f"{stage.stack}: {len(exist)} of {type}", exist == of_stack and exist, [of_stack, names])
    mappings = account.lambdas.list_event_source_mappings()["EventSourceMappings"]
    own = [one["EventSourceArn"] for one in mappings if one["FunctionArn"].endswith(f":{stage.stack}-land")]
    check(f"{stage.stack}: land reads the stage's stream", [arn.split("/")[-1] for arn in own] == [f"{stage.stack}-events"], mappings)


def check_network(account, stage):
    for name in ("postgres", "postgresUpkeep"):
        network = account.lambdas.get_function_configuration(FunctionName=f"{stage.stack}-{name}")["VpcConfig"]
        groups = [account.physical(stage)["PostgresFunctionsSecurityGroup"]]
        check(f"{stage.stack}: {name} runs in the subnets and in the group that are for it",
              (network["SubnetIds"], network["SecurityGroupIds"]) == (stage.network[1:], groups), network)


def check_update(account, stage):
    account.put_data(stage)
    before, data = account.physical(stage), account.data(stage)
    stage.deploy("logLevel=DEBUG", "streamRetentionHours=96")
    check(f"{stage.stack}: an update keeps every physical id", account.physical(stage) == before)
    check(f"{stage.stack}: an update keeps buckets, tables, stream and what is in them", account.data(stage) == data)
    level = account.lambdas.get_function_configuration(FunctionName=f"{stage.stack}-land")["Environment"]["Variables"]
    check(f"{stage.stack}: an update reaches the functions", level["POWERTOOLS_LOG_LEVEL"] == "DEBUG", level)
    hours = account.kinesis.describe_stream_summary(StreamName=before["EventStream"])["StreamDescriptionSummary"]
    check(f"{stage.stack}: an update reaches the stream", hours["RetentionPeriodHours"] == 96, hours)
    return data


def check_removal(account, dev, prod, data):
    others = account.of(prod)
    dev.osls("remove")
    left = {type: names for type, names in account.of(dev).items() if names}
    check(f"{dev.stack}: nothing is left after `sls remove`", left == {}, left)
    check(f"{prod.stack}: did not notice", account.of(prod) == others and account.data(prod) == data)

    prod.osls("remove")
    left = {type: names for type, names in account.of(prod).items() if names}
    kept = {type: [name for name in names if "serverlessdeployment" not in name] for type, names in others.items()}
    check(
        f"{prod.stack}: after `sls remove` the buckets, tables and the stream are left, and nothing else",
        left == {type: names for type, names in kept.items() if type in RETAINED},
        left,
    )
    check(f"{prod.stack}: with all that was in them", account.data(prod) == data)


def main():
    started = time.monotonic()
    logging.disable(logging.WARNING)  # every request is a line
    LambdaFunction.invoke = lambda *_: ""  # moto would run land for a record in the stream, in docker
    (ROOT / ".headrace").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / ".headrace", prefix="deploy-") as work:
        os.chdir(work)  # moto's validation leaves a file where it runs
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        endpoint = "http://{}:{}".format(*server.get_host_and_port())
        env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        env |= {
            "AWS_ENDPOINT_URL": endpoint, "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ACCESS_KEY_ID": "check", "AWS_SECRET_ACCESS_KEY": "check", "NO_COLOR": "1",
            "TMPDIR": work,  # osls leaves 30 MB there
        }
        known_types = types_known_to_moto()
        account = Account(endpoint)
        dev, prod = (Stage(name, known_types, env, Path(work), account.network()) for name in ("dev", "prod"))
        dev.deploy(*ADDING)  # with what params add, and without
        prod.deploy()
        for stage in (dev, prod):
            check_deployed(account, stage)
        check_network(account, dev)
        check_removal(account, dev, prod, check_update(account, prod))
        server.stop()
    print("Left out, because moto cannot deploy it:")
    for type, count in sorted(dev.left_out.items()):
        print(f"  {count} {type}: {(LEFT_OUT | WITH_IT)[type]}")
    print(f"{checked} things checked in {time.monotonic() - started:.0f} s against moto.")


main()
