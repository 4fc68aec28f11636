/// Form in which slab figures are pasted into bug reports, mails and issue trackers.
package enum PastedForm: String, Sendable, Hashable, CaseIterable {
  /// /proc/slabinfo of any version, whole or some of its lines.
  case slabinfo = "/proc/slabinfo"
  /// `slabtop -o`.
  case slabtop = "slabtop -o"
  /// `vmstat -m`.
  case vmstat = "vmstat -m"
  /// `kmem -s` of the crash utility.
  case crash = "crash kmem -s"
  /// The table "Unreclaimable slab info" that the kernel prints when it is out of memory.
  case outOfMemory = "out-of-memory report"
  /// The metrics `node_slabinfo_*` of node_exporter.
  case nodeExporter = "node_exporter metrics"
}
