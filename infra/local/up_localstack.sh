#!/bin/sh
# LocalStack 4.9.2 without Docker or token: up_localstack.sh [COMMAND ...]
#
# Starts WORKERS of them (as many as there are processors, at most 4) on loopback, runs COMMAND with their
# addresses in PRINTLAB_TEST_ENDPOINTS and `pytest -n auto` meaning one worker for each, and stops them; without a command one stays until Ctrl-C. 4.9.2 is the
# last release that is whole on Python 3.11 without a token. Tables are DynamoDB Local's (from the npm package AWS
# publishes). Needs python3.11 with venv and a JDK (11 or later):
#   apt-get install python3-venv default-jdk-headless
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
home=$root/build/localstack
first_port=${PORT:-4566}
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

# What all of them share: the programs that LocalStack would download.
library=$home/lib
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

# localstack NUMBER: becomes one, with a port and folders of its own. Signatures count, as on AWS; only the
# services that PrintLab uses.
localstack() {
	own=$home/$1
	rm -rf "$own"
	mkdir -p "$own/fs/var/lib/localstack" "$own/cache" "$own/tmp"
	ln -s "$library" "$own/fs/var/lib/localstack/lib"
	export GATEWAY_LISTEN="127.0.0.1:$((first_port + $1))" LOCALSTACK_HOST="localhost:$((first_port + $1))"
	export FILESYSTEM_ROOT="$own/fs" XDG_CACHE_HOME="$own/cache" TMPDIR="$own/tmp"
	export OVERRIDE_IN_DOCKER=0 DISABLE_EVENTS=1 SKIP_SSL_CERT_DOWNLOAD=1 DNS_ADDRESS=0
	export S3_SKIP_SIGNATURE_VALIDATION=0 PROVIDER_OVERRIDE_DYNAMODB=v2 SERVICES=s3,sqs,dynamodb,ssm,sts,iam
	exec "$home/venv/bin/python" -m localstack.runtime.main
}

[ $# -gt 0 ] || localstack 0

processors=$(getconf _NPROCESSORS_ONLN)
workers=${WORKERS:-$((processors < 4 ? processors : 4))}
running='' endpoints=''
trap 'kill $running 2>/dev/null; wait $running 2>/dev/null || true' EXIT INT TERM
for number in $(seq 0 $((workers - 1))); do
	(localstack "$number") >"$home/log-$number" 2>&1 &
	running="$running $!" endpoints="$endpoints http://127.0.0.1:$((first_port + number))"
done
for endpoint in $endpoints; do
	tries=0
	until "$root/.venv/bin/python" -c "import urllib.request as u; u.urlopen('$endpoint/_localstack/health')" 2>/dev/null; do
		tries=$((tries + 1))
		# shellcheck disable=SC2086 - a list of processes
		kill -0 $running 2>/dev/null && [ $tries -lt 240 ] || { tail -n 20 "$home"/log-* >&2; exit 1; }
		sleep 0.5
	done
done
PRINTLAB_TEST_ENDPOINTS=${endpoints# } PYTEST_XDIST_AUTO_NUM_WORKERS=$workers "$@"
