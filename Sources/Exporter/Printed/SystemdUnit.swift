/// Unit of systemd for an exporter of the running kernel.
enum SystemdUnit {
  /// Returns the unit. It allows connections from this machine only, unless the address is another.
  static func text(program: String, address: ListenAddress) -> String {
    """
    # slabscope serve --print systemd-unit > /etc/systemd/system/slabscope.service
    # systemctl daemon-reload && systemctl enable --now slabscope
    [Unit]
    Description=slabscope exporter: slab memory of the running kernel
    After=network.target

    [Service]
    Type=exec
    ExecStart=\(program) serve --listen \(address)
    Restart=on-failure
    RestartSec=5

    # No user of its own, no root. /proc/slabinfo needs CAP_DAC_READ_SEARCH, counting allocations the other three.
    DynamicUser=yes
    AmbientCapabilities=CAP_DAC_READ_SEARCH CAP_BPF CAP_PERFMON CAP_SYSLOG
    CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_BPF CAP_PERFMON CAP_SYSLOG
    NoNewPrivileges=yes

    # Neither ProtectKernelTunables nor ProtectKernelLogs: they hide /proc/kallsyms, which names the call sites.
    ReadOnlyPaths=/proc /sys
    ProtectSystem=strict
    ProtectHome=yes
    ProtectProc=invisible
    ProtectClock=yes
    ProtectHostname=yes
    ProtectKernelModules=yes
    ProtectControlGroups=yes
    PrivateTmp=yes
    PrivateDevices=yes
    PrivateUsers=no
    LockPersonality=yes
    MemoryDenyWriteExecute=yes
    RestrictNamespaces=yes
    RestrictRealtime=yes
    RestrictSUIDSGID=yes
    RestrictAddressFamilies=AF_INET AF_INET6
    SystemCallArchitectures=native
    SystemCallFilter=@system-service
    SystemCallFilter=~@resources @privileged
    SystemCallFilter=bpf perf_event_open
    SystemCallErrorNumber=EPERM
    UMask=0077
    \(address.isLoopback ? "IPAddressDeny=any\nIPAddressAllow=localhost" : "# Restrict the clients here: IPAddressDeny=any, IPAddressAllow=10.0.0.0/8")

    # The maps of the BPF programs count as locked memory on older kernels.
    LimitMEMLOCK=infinity
    MemoryMax=512M
    TasksMax=32
    Nice=10

    [Install]
    WantedBy=multi-user.target

    """
  }
}
