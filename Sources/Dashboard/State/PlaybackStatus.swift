public import Workloads

/// Source of the snapshots and its playback.
public struct PlaybackStatus: Sendable, Hashable {
  /// Workload that can be chosen.
  public struct Entry: Sendable, Hashable {
    /// Name of the workload.
    public var name: String
    /// Description of the workload in one line.
    public var summary: String
    /// Creates an entry.
    public init(name: String, summary: String) {
      self.name = name
      self.summary = summary
    }
  }

  /// Workloads that can be chosen, in the order of the keys 1 to 9 and 0.
  public var workloads: [Entry]
  /// Index of the current workload.
  public var current: Int
  /// Name of the allocator policy.
  public var policy: String
  /// Speed of the playback.
  public var speed: PlaybackSpeed
  /// Whether the playback is paused.
  public var isPaused: Bool
  /// Reason why the compared policy has no snapshot yet, in one sentence; nil if it has one.
  public var comparisonNotice: String?
  /// Reason why the recorded kernel's slab memory is not known, in one sentence; nil if it is known or no recording is replayed.
  public var kernelNotice: String?
  /// Changes of the machine by the user, in a word or two each, such as "order 0 only".
  public var machine: [String] = []
  /// Name and capabilities of the source.
  public var source = SourceDescription.allocator
  /// Position in a recorded history; nil for any other source.
  public var history: HistoryPosition?
  /// Interval between samples of a host, such as "1 s"; nil if the source is played.
  public var interval: String?
  /// Whether the snapshots are being recorded to a history file.
  public var isRecorded = false
  /// Seconds on a monotonic clock.
  public var now = 0.0
  /// Local time in seconds since midnight.
  public var secondsOfDay = 0.0
  /// Default file name of an export, without its extension.
  public var exportName = "slabscope"
  /// Times that the recording was replayed to its end and started again.
  public var loops = 0
  /// Number of objects whose contents were found overwritten.
  public var stampMismatches = 0
  /// Description of the first damaged object; nil if there is none.
  public var firstMismatch: String?
  /// Reason why the playback ended with a failure; nil if it did not.
  public var failure: String?

  /// Creates the status of a playback.
  public init(
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
public struct HistoryPosition: Sendable, Hashable {
  /// Index of the snapshot in view, from 0.
  public var index: Int
  /// Number of snapshots in the history.
  public var count: Int
  /// Local date and time of the snapshot.
  public var time: String

  /// Creates a position.
  public init(index: Int, count: Int, time: String) {
    (self.index, self.count, self.time) = (index, count, time)
  }
}
