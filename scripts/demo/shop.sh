#!/bin/sh
# The services of the demo shop. A file /tmp/fault.NAME switches a fault on.
fault() { [ -e "/tmp/fault.$1" ]; }
now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
rest() { sleep "$1" & wait $!; }
bye() { echo "$(now) INFO shutting down"; exit 0; }
trap bye TERM INT

web() {
  httpd -p 8080 -h /www
  echo "$(now) INFO web listens on :8080"
  n=0
  while :; do
    n=$((n + 1))
    if fault slow; then
      echo "$(now) [error] 7#7: *$n upstream timed out (110: Connection timed out) while connecting to upstream, request: \"GET /cart HTTP/1.1\""
    else
      echo "172.20.0.1 - - [$(now)] \"GET /products/$n HTTP/1.1\" 200 $((400 + n % 90))"
    fi
    rest 5
  done
}

api() {
  echo "{\"level\":30,\"msg\":\"api listens on :3000\"}"
  n=0
  while :; do
    n=$((n + 1))
    if fault crash-loop; then
      echo 'panic: runtime error: index out of range [3] with length 3'
      echo 'goroutine 1 [running]:'
      echo 'main.checkout(0xc000012345) /app/checkout.go:42'
      rest 2
      exit 2
    elif ! wget -q -O /dev/null http://db:5432/ 2>/dev/null; then
      echo '{"level":50,"msg":"checkout failed","err":"connect ECONNREFUSED db:5432"}'
    elif fault slow; then
      echo '{"level":50,"msg":"TimeoutError: waiting for connection from pool"}'
    else
      echo "{\"level\":30,\"msg\":\"request served\",\"ms\":$((5 + n % 20)),\"path\":\"/cart\"}"
    fi
    rest 4
  done
}

db() {
  echo "$(now) LOG:  database system is ready to accept connections"
  # Takes connections on its port as long as it runs.
  httpd -p 5432 -h /www
  while :; do
    if fault db-down; then
      echo "$(now) PANIC:  could not locate a valid checkpoint record"
      exit 1
    elif fault disk-full; then
      dd if=/dev/zero of=/data/base.1 bs=64k 2>/tmp/dd.err
      echo "$(now) ERROR:  could not extend file \"base/1/16384\": $(sed -n 's/.*: //p' /tmp/dd.err | head -n 1)"
    else
      rm -f /data/base.1
      echo "$(now) LOG:  checkpoint complete: wrote 12 buffers"
    fi
    rest 6
  done
}

cache() {
  echo "1:M $(now) * Ready to accept connections"
  while :; do
    echo "1:M $(now) * DB saved on disk"
    rest 30
  done
}

worker() {
  n=0
  while :; do
    n=$((n + 1))
    echo "$(now) INFO job $n done in $((20 + n % 60)) ms"
    if fault oom; then
      echo "$(now) INFO job $((n + 1)): loading report"
      exec tail /dev/zero
    fi
    rest 7
  done
}

migrate() {
  echo 'applied 3 migrations'
  sleep 2
}

mailer() {
  if fault bad-config; then
    echo 'Error: Missing required environment variable SMTP_HOST'
    rest 1
    exit 78
  fi
  while :; do
    echo "$(now) INFO mail queue is empty"
    rest 3
    fault bad-config && exec "$0" mailer
  done
}

backup() {
  while :; do
    echo "$(now) INFO backup finished, 12 files"
    rest 60
  done
}

"$1"
