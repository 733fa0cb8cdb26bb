#!/usr/bin/env bash
# A real Slurm of one node on this machine, with stand-in GPUs: enough to try profiles/slurm.
# For root on Debian or Ubuntu; needs no systemd. What it writes is removed by stop_slurm.sh.
#   start_slurm.sh [FOLDER [GPUS]]   FOLDER (default /tmp/stylewalk-slurm) takes state, logs and keys
# It ends with 77 where Slurm cannot be had, and with 1 where it can and does not start.
set -euo pipefail

folder=${1:-/tmp/stylewalk-slurm}
gpus=${2:-1}
name=stylewalk-test
conf=/etc/slurm    # jobs have no SLURM_CONF, so the files must lie where Slurm looks by itself
host=$(hostname -s)
memory=$(awk '/^MemTotal:/ {print int($2 * 0.9 / 1024)}' /proc/meminfo)

fail() { echo "start_slurm.sh: $*" >&2; exit 1; }
cannot() { echo "$*" >&2; exit 77; }
[ "$(id -u)" = 0 ] || cannot "only root may start Slurm"
if [ -s $conf/slurm.conf ] && ! grep -qx "ClusterName=$name" $conf/slurm.conf; then
    cannot "$conf/slurm.conf belongs to another cluster; it is left alone"
fi

if [ -s $conf/slurm.conf ] && scontrol ping 2>/dev/null | grep -q 'is UP' &&
    ! grep -qx "StateSaveLocation=$folder/state" $conf/slurm.conf; then
    cannot "another test's Slurm runs; stop_slurm.sh FOLDER stops it"
fi

# Slurm itself ---------------------------------------------------------------------------------
if ! { command -v slurmctld && command -v slurmd && command -v srun && command -v munged; } >/dev/null; then
    command -v apt-get >/dev/null || cannot "Slurm is not installed, and there is no apt-get"
    apt-get update -qq || cannot "apt-get reaches no packages"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        munge slurm-client slurm-wlm-basic-plugins slurmctld slurmd >/dev/null ||
        cannot "apt-get cannot install Slurm"
fi
mkdir -p "$folder/state" "$folder/spool"
getent hosts "$host" >/dev/null || echo "127.0.0.1 $host" >> /etc/hosts

# A munge of its own: it refuses a key that others may read, and folders that others may write ---
munge=$folder/munge
mkdir -p "$munge"
chmod 755 "$munge"
[ -s "$munge/key" ] || (umask 077; head -c 1024 /dev/urandom > "$munge/key")
munge_up() { munge --socket="$munge/socket" --no-input >/dev/null 2>&1; }
munge_up || munged --force --key-file="$munge/key" --socket="$munge/socket" \
    --pid-file="$folder/munged.pid" --log-file="$munge/log" --seed-file="$munge/seed"

# Configuration: cores, memory and the GPU are consumed; finished jobs are remembered for an hour,
# since without an accounting database nothing else tells Snakemake how they ended -----------------
mkdir -p $conf
: > $conf/gres.conf
for i in $(seq "$gpus"); do    # only a device node counts as a GPU
    [ -c "$folder/gpu$i" ] || mknod -m 666 "$folder/gpu$i" c 1 3
    echo "NodeName=$host Name=gpu File=$folder/gpu$i" >> $conf/gres.conf
done
cat > $conf/cgroup.conf <<CONF
CgroupPlugin=cgroup/v1
CgroupAutomount=no
CgroupMountpoint=/nonexistent
CONF
cat > $conf/slurm.conf <<CONF
ClusterName=$name
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$munge/socket
MpiDefault=none
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
GresTypes=gpu
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2,sched_min_interval=100000
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
JobAcctGatherType=jobacct_gather/none
MinJobAge=3600
ReturnToService=2
KillWait=5
DefMemPerCPU=256
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) CoresPerSocket=$(nproc) RealMemory=$memory Gres=gpu:$gpus
PartitionName=main Nodes=$host Default=YES MaxTime=24:00:00 DefaultTime=00:30:00 OverSubscribe=NO
CONF

# Daemons --------------------------------------------------------------------------------------
for daemon in slurmctld slurmd; do
    pid=$(cat "$folder/$daemon.pid" 2>/dev/null || echo 0)
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = $daemon ] || $daemon
done
for _ in $(seq 150); do
    state=$(sinfo --noheader --Node --format=%T 2>/dev/null | head -n 1 || true)
    case $state in
        idle|mixed|allocated) echo "Slurm takes jobs on $host"; exit 0 ;;
        down*|drain*) scontrol update NodeName="$host" State=RESUME || true ;;
    esac
    sleep 0.2
done
fail "the node is '${state:-unknown}' after 30 s; see the logs in $folder"
