import Recordings
import SlabEngine
import Testing

@testable import Workloads

/// Unseen frees of events that several players share: the search for them reads the whole source before the first event.
@Suite struct SharedUnseenFreesTests {
  @Test func playerOfSharedEventsPlaysAllOfThemAfterTheSearchForUnseenFrees() throws {
    let source = try EventListSource.withUnseenFrees()
    let policy = try #require(Policy.presets.first { $0.name == "power-of-two" })
    var alone = try Player(source, policy: policy, memoryBytes: 32 << 20)
    var shared = try Player(
      SharedEvents(source, readers: 1).reader(0), policy: policy, memoryBytes: 32 << 20)
    func play(_ player: inout Player) throws -> [Int] {
      let count = source.events.count
      while player.progress.events < count, try player.play(upTo: count - player.progress.events) > 0 {}
      return [player.progress.events] + player.engine.sample().caches.map(\.liveObjects)
    }
    let figures = try play(&alone)
    #expect(try play(&shared) == figures && figures[0] == source.events.count)
    #expect(shared.engine.validate() == [])
  }
}
