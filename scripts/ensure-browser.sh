#!/usr/bin/env bash
# The journeys need Chromium. Installs Debian's package where that is allowed; otherwise says what to run and fails.
set -euo pipefail
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
[ -n "${TINGCHAO_CHROMIUM:-}" ] && [ -x "$TINGCHAO_CHROMIUM" ] && exit 0
packages="chromium fonts-noto-cjk"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing $packages for the browser tests ..."
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends $packages >/dev/null
    exit 0
fi
echo "The browser tests need Chromium, which is not here. Install it and run again:" >&2
echo "    sudo apt-get install $packages" >&2
echo "or name one: TINGCHAO_CHROMIUM=/path/to/chromium make test" >&2
exit 1
