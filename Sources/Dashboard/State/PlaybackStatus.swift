public import Workloads

/// What plays, and how: what a screen shows beside the snapshot.
public struct PlaybackStatus: Sendable, Hashable {
  /// One of the workloads that can be switched to.
  public struct Entry: Sendable, Hashable {
    /// What the workload is called.
    public var name: String
    /// One line that says what it is.
    public var summary: String
    /// A workload as the picker names it.
    public init(name: String, summary: String) {
      self.name = name
      self.summary = summary
    }
  }

  /// In the order of their digits.
  public var workloads: [Entry]
  /// The one that plays, as an index.
  public var current: Int
  /// Name of the policy it is played under.
  public var policy: String
  /// How fast it is played.
  public var speed: PlaybackSpeed
  /// Whether playing stands still.
  public var isPaused: Bool
  /// Why the policy to compare with has nothing to show yet, in words.
  public var otherNotice: String?
  /// Why the recorded kernel's slab memory is not known, in one sentence; nil if it is, and where nothing recorded plays.
  public var kernelNotice: String?
  /// What was done to the machine, in a word or two each.
  public var machine: [String] = []
  /// The source of the figures, and its capabilities.
  public var source = SourceDescription.allocator
  /// Where in a recorded history this is; nil where it is no recorded one.
  public var history: HistoryPosition?
  /// How often a host is looked at, in words; nil where something plays instead.
  public var interval: String?
  /// Whether what is seen is written down for later.
  public var isRecorded = false
  /// Seconds, on a clock that nobody sets.
  public var now = 0.0
  /// Seconds of the day, by the local clock.
  public var secondsOfDay = 0.0
  /// What an export is called unless somebody gives another name, without its ending.
  public var exportName = "slabscope"
  /// Times a recording started anew.
  public var loops = 0
  /// Objects whose stamp was damaged, and the first of them in words.
  public var stampMismatches = 0
  /// The first object found damaged, in words.
  public var firstMismatch: String?
  /// Why nothing plays any more, if so.
  public var failure: String?

  /// Something that plays at a speed.
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

/// A moment of a recorded history.
public struct HistoryPosition: Sendable, Hashable {
  /// Which of the history's moments it is, from 0.
  public var index: Int
  /// How many moments there are.
  public var count: Int
  /// When it was, by the local clock.
  public var time: String

  /// A moment with all that is said of it.
  public init(index: Int, count: Int, time: String) {
    (self.index, self.count, self.time) = (index, count, time)
  }
}
