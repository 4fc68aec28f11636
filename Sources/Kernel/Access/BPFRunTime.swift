#if BPF
  internal import CBPF
  import Glibc

  /// Time that the kernel spends in BPF programs. The kernel measures it only while `isMeasuring`, because that costs time too.
  final class BPFRunTime {
    /// Counters of some programs since they were loaded.
    struct Counters {
      /// Nanoseconds in the programs, while they were measured.
      var nanoseconds: UInt64 = 0
      /// Runs of the programs, while they were measured.
      var runs: UInt64 = 0
      /// Runs that were left out because the same program was running on the CPU.
      var misses: UInt64 = 0
    }

    private let programs: [Int32]
    private var measuring: Int32 = -1

    /// - Parameter programs: File descriptors of programs.
    init(_ programs: [Int32]) { self.programs = programs }

    deinit { isMeasuring = false }

    /// Whether the kernel measures the programs. Remains false if the kernel refuses.
    var isMeasuring: Bool {
      get { measuring >= 0 }
      set {
        if newValue, measuring < 0 { measuring = bpf_enable_stats(BPF_STATS_RUN_TIME) }
        if !newValue, measuring >= 0 {
          close(measuring)
          measuring = -1
        }
      }
    }

    /// The sums of the counters of all programs.
    var counters: Counters {
      var sums = Counters()
      for program in programs {
        var (info, length) = (bpf_prog_info(), UInt32(MemoryLayout<bpf_prog_info>.size))
        guard bpf_obj_get_info_by_fd(program, &info, &length) == 0 else { continue }
        sums.nanoseconds += info.run_time_ns
        sums.runs += info.run_cnt
        sums.misses += info.recursion_misses
      }
      return sums
    }
  }
#endif
