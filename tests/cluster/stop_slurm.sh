#!/usr/bin/env bash
# Stops what start_slurm.sh started, by the process ids that it noted, and removes what it wrote.
#   stop_slurm.sh [FOLDER]
set -euo pipefail

folder=${1:-/tmp/stylewalk-slurm}
if ! grep -qsx "StateSaveLocation=$folder/state" /etc/slurm/slurm.conf; then
    echo "No Slurm was started in $folder; what else may run is left alone"
    exit 0
fi
scancel --user=root --quiet || true    # slurmd leaves the processes of jobs alone
sleep 1
for daemon in slurmd slurmctld munged; do
    pid=$(cat "$folder/$daemon.pid" 2>/dev/null || echo 0)
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = $daemon ] || continue
    kill "$pid"
    for _ in $(seq 100); do
        [ -d "/proc/$pid" ] || break
        sleep 0.1
    done
    [ ! -d "/proc/$pid" ] || { echo "stop_slurm.sh: $daemon ($pid) does not stop" >&2; exit 1; }
done
rm -f /etc/slurm/slurm.conf /etc/slurm/gres.conf /etc/slurm/cgroup.conf
[ ! -d "$folder" ] || rm -r "$folder"
echo "Slurm is stopped"
