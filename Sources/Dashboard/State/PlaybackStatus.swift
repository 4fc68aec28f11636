package import Workloads

/// Source of the snapshots and its playback.
package struct PlaybackStatus: Sendable, Hashable {
  /// Workload that can be chosen.
  package struct Entry: Sendable, Hashable {
    /// Name of the workload.
    package var name: String
    /// Description of the workload in one line.
    package var summary: String
    /// Creates an entry.
    package init(name: String, summary: String) {
      self.name = name
      self.summary = summary
    }
  }

  /// Workloads that can be chosen, in the order of the keys 1 to 9 and 0.
  package var workloads: [Entry]
  /// Index of the current workload.
  package var current: Int
  /// Name of the allocator policy.
  package var policy: String
  /// Speed of the playback.
  package var speed: PlaybackSpeed
  /// Whether the playback is paused.
  package var isPaused: Bool
  /// Reason why the compared policy has no snapshot yet, in one sentence; nil if it has one.
  package var comparisonNotice: String?
  /// Reason why the recorded kernel's slab memory is not known, in one sentence; nil if it is known or no recording is replayed.
  package var kernelNotice: String?
  /// Changes of the machine by the user, in a word or two each, such as "order 0 only".
  package var machine: [String] = []
  /// Name and capabilities of the source.
  package var source = SourceDescription.allocator
  /// Position in a recorded history; nil for any other source.
  package var history: HistoryPosition?
  /// Watch of the running kernel's traffic; nil for other sources, and if the traffic is not watched.
  package var watch: TrafficWatchStatus?
  /// Interval between samples of a host, such as "1 s"; nil if the source is played.
  package var interval: String?
  /// Progress of the recording of the source's events, in one line; nil if they are not recorded.
  package var recording: String?
  /// Whether the snapshots are being recorded to a history file.
  package var isRecorded = false
  /// Seconds on a monotonic clock.
  package var now = 0.0
  /// Local time in seconds since midnight.
  package var secondsOfDay = 0.0
  /// Default file name of an export, without its extension.
  package var exportName = "slabscope"
  /// Times that the recording was replayed to its end and started again.
  package var loops = 0
  /// Number of objects whose contents were found overwritten.
  package var stampMismatches = 0
  /// Description of the first damaged object; nil if there is none.
  package var firstMismatch: String?
  /// Reason why the playback ended with a failure; nil if it did not.
  package var failure: String?

  /// Creates the status of a playback.
  package init(
    workloads: [Entry], current: Int, policy: String, speed: PlaybackSpeed = .normal, isPaused: Bool = false
  ) {
    self.workloads = workloads
    self.current = current
    self.policy = policy
    self.speed = speed
    self.isPaused = isPaused
  }
}

/// Position in a recorded history.
package struct HistoryPosition: Sendable, Hashable {
  /// Index of the snapshot in view, from 0.
  package var index: Int
  /// Number of snapshots in the history.
  package var count: Int
  /// Local date and time of the snapshot.
  package var time: String

  /// Time of the snapshot in seconds since 1970-01-01 00:00 local time; nil if not known.
  package var localSeconds: Double?

  /// Creates a position.
  package init(index: Int, count: Int, time: String, localSeconds: Double? = nil) {
    (self.index, self.count, self.time, self.localSeconds) = (index, count, time, localSeconds)
  }
}
