import Foundation
import Profiles
import Testing

@testable import Kernel

/// Traffic of the running kernel. The tests are skipped without root and BPF.
@Suite(.serialized, .enabled(if: LiveTraffic.problem == nil, "\(LiveTraffic.problem ?? "")"))
struct TrafficWatcherTests {
  @Test func heldSocketsAreLiveAndThenFreed() throws {
    var options = TrafficOptions()
    options.sampling = 1
    let watcher = try TrafficWatcher(options)
    let sockets = LiveTraffic.openSockets(500)
    usleep(20_000)
    try watcher.update(readsObjects: true)
    let live = watcher.profile.rows(by: .cache).first(where: { $0.cache == "UDP" })?.figures
    #expect(live?.allocObjects ?? 0 >= 500 && live?.liveObjects ?? 0 >= 500)
    let objects = watcher.objects.filter { watcher.profile.contexts[$0.context].cache == "UDP" }
    #expect(objects.count >= 500 && objects.allSatisfy { $0.ageMicroseconds < 60_000_000 })
    sockets.forEach { close($0) }
    usleep(200_000)
    try watcher.update(readsObjects: true)
    let after = watcher.profile.rows(by: .cache).first(where: { $0.cache == "UDP" })?.figures
    #expect(after?.liveObjects ?? 500 < 100)
  }
}

enum LiveTraffic {
  /// Reason why the tests cannot run; nil if they can.
  static let problem: String? = {
    do {
      _ = try TrafficWatcher()
      return nil
    } catch {
      return "\(error)"
    }
  }()

  static func openSockets(_ count: Int) -> [Int32] {
    (0..<count).map { _ in socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0) }
  }
}
