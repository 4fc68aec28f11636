import Dashboard
import Profiles
import SlabEngine
import Synchronization
import Workloads

/// Connects the dashboard thread with the player thread: requests go one way, reports the other.
final class PlayerChannel: Sendable {
  let requests: Mutex<PlayerRequests>
  let report: Mutex<PlayerReport>

  init(_ requests: PlayerRequests, _ report: sending PlayerReport) {
    self.requests = Mutex(requests)
    self.report = Mutex(report)
  }
}

/// Settings that the dashboard thread requests of the player thread.
struct PlayerRequests: Sendable {
  var speed: PlaybackSpeed
  var isPaused = false
  /// Whether the player thread should end.
  var isEnding = false
  /// Limits of shuffling; nil if slabs should not be shuffled.
  var shuffling: ShuffleBudget?
  /// The policy to compare with; nil for none.
  var comparedPolicy: Policy?
  /// The page in view, whose details the player thread publishes.
  var page = DashboardPage.caches
  /// Whether the events are to be profiled.
  var needsProfile = false
  /// The selected cache, whose slabs the player thread publishes.
  var selectedCache: String?
  /// Number of events to play while playing is paused.
  var eventsToStep = 0
  var pressure = MemoryPressure()
}

/// Figures that the player thread publishes for the dashboard thread.
struct PlayerReport: Sendable {
  var progress = PlayerProgress()
  /// The error that ended playing; nil while there is none.
  var failure: String?
  /// Time of the workload's clock in this loop; nil before the first event. It goes on between two events.
  var time: UInt64?
  /// Percent of the events that another policy had played before and that are being repeated; nil once they are.
  var percentRepeated: Int?
  /// The memory pressure that engines are under.
  var pressure = MemoryPressure()
  /// The last sample of the model; nil if the player's machine is an engine, which any thread can sample.
  var sample: EngineSample?
  /// The machine of the policy compared with; nil until it has caught up.
  var comparison: Comparison?
  /// The reason why there is no `comparison`; nil if there is one, or if no policy is compared.
  var comparisonNotice: String?
  var details = Details()

  /// The machine of a policy that is compared with, and its position.
  struct Comparison: Sendable {
    var machine: Machine
    var policy: String
    var progress: PlayerProgress
  }

  /// A machine that can be sampled: an engine, or the last sample of a model, which has one thread only.
  enum Machine: Sendable {
    case engine(SlabEngine)
    case model(EngineSample)

    init(_ player: borrowing PolicyPlayer) {
      self = player.slabEngine.map { .engine($0) } ?? .model(player.sample())
    }

    var sample: EngineSample {
      switch self {
      case .engine(let engine): engine.sample()
      case .model(let sample): sample
      }
    }
  }

  /// Figures of single pages of the dashboard that only the player thread can read.
  struct Details: Sendable {
    /// Live objects that were allocated by size, by requested bytes; nil if not read yet.
    var sizes: [Int: Int]?
    /// Cost and result of shuffling; nil if slabs are not shuffled.
    var shuffling: ShuffleLedger?
    /// The emptiest slabs of the selected cache.
    var pinnedSlabs: [PinnedSlab] = []
    /// Description of the last event, if events are played one by one.
    var lastEvent: String?
    /// Profile of the events that were played on a model; nil if they are not counted yet.
    var profile: AllocationProfile?
    /// The reason why `profile` is not known yet.
    var profileNotice: String?
  }
}
