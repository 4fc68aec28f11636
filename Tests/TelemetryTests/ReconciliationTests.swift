import Telemetry
import Testing

/// Bounds of unseen frees and older objects from the kernel's own numbers.
@Suite struct ReconciliationTests {
  private func exact(_ start: Int, _ now: Int, _ live: Int) -> Reconciliation {
    Reconciliation(activeAtStart: start...start, activeNow: now...now, profiledLive: live...live)
  }

  @Test func agreementHasNoUnseenFrees() {
    let result = exact(0, 60, 60)
    #expect(result.liveSinceStart == 60...60)
    #expect(result.unseenFrees == 0...0)
    #expect(result.olderObjects == 0...0)
    #expect(result.growth == 60...60)
  }

  @Test func olderObjectsThatMayHaveBeenFreedMakeRanges() {
    let result = exact(100, 150, 60)
    #expect(result.liveSinceStart == 50...60)
    #expect(result.unseenFrees == 0...10)
    #expect(result.olderObjects == 90...100)
  }

  @Test func moreProfiledThanActiveObjectsAreUnseenFrees() {
    let result = exact(1000, 1000, 5000)
    #expect(result.unseenFrees == 4000...5000)
    #expect(result.liveSinceStart == 0...1000)
    #expect(result.olderObjects == 0...1000)
    #expect(result.contradicts(liveObjects: 1001))
    #expect(!result.contradicts(liveObjects: 1000))
  }

  @Test func growthBeyondTheProfileRefutesTheLowerBounds() {
    let result = exact(100, 300, 50)
    #expect(result.unseenAllocations == 150)
    #expect(result.liveSinceStart == 0...50)
    #expect(result.unseenFrees == 0...50)
    #expect(result.olderObjects == 0...100)
  }

  @Test func freedOlderObjectsLowerTheUpperBound() {
    let result = exact(500, 200, 0)
    #expect(result.olderObjects == 200...200)
    #expect(result.growth == -300 ... -300)
    #expect(result.unseenFrees == 0...0)
  }

  /// /proc/slabinfo counts free objects of per-CPU caches as active.
  @Test func upperBoundsOfTheKernelLeaveOnlyUpperBounds() throws {
    var (before, after) = (CacheSnapshot(name: "dentry"), CacheSnapshot(name: "dentry"))
    (before.activeObjects, before.activeIsUpperBound) = (100, true)
    (after.activeObjects, after.activeIsUpperBound) = (150, true)
    let result = try #require(Reconciliation(after, atStart: before, liveObjects: 200, sampling: 1))
    #expect(result.liveSinceStart == 0...150)
    #expect(result.unseenFrees == 50...200)
    #expect(result.olderObjects == 0...100)
  }

  @Test func aCacheThatIsNewHasNoOlderObjects() throws {
    var cache = CacheSnapshot(name: "new")
    cache.activeObjects = 10
    let result = try #require(Reconciliation(cache, atStart: nil, liveObjects: 12, sampling: 1))
    #expect(result.olderObjects == 0...0)
    #expect(result.liveSinceStart == 10...10)
    #expect(result.unseenFrees == 2...2)
  }

  @Test func anUnknownNumberOfActiveObjectsHasNoComparison() {
    var cache = CacheSnapshot(name: "unknown")
    cache.unknownFigures.insert(.activeObjects)
    #expect(Reconciliation(cache, atStart: nil, liveObjects: 12, sampling: 1) == nil)
    #expect(Reconciliation(CacheSnapshot(name: "unknown"), atStart: cache, liveObjects: 12, sampling: 1) == nil)
  }

  @Test func theErrorOfABusyCacheWidensTheKernelsNumbers() throws {
    var (before, after) = (CacheSnapshot(name: "filp"), CacheSnapshot(name: "filp"))
    (before.activeObjects, after.activeObjects) = (20, 630)
    let result = try #require(Reconciliation(after, atStart: before, liveObjects: 600, sampling: 1, error: 32))
    #expect(result.activeAtStart == 0...52 && result.activeNow == 598...662)
    #expect(result.unseenAllocations == 0 && result.liveSinceStart == 546...600)
    let new = try #require(Reconciliation(after, atStart: nil, liveObjects: 600, sampling: 1, error: 32))
    #expect(new.activeAtStart == 0...0 && new.olderObjects == 0...0)
  }

  @Test func samplesAreRanges() {
    #expect(Reconciliation.objects(estimated: 64, sampling: 1) == 64...64)
    #expect(Reconciliation.objects(estimated: 0, sampling: 16) == 0...48)
    let range = Reconciliation.objects(estimated: 1600, sampling: 16)
    #expect(range.lowerBound == 1280)
    #expect(range.upperBound == 1938)
  }

  /// Whatever happened, the true numbers lie within the bounds.
  @Test func boundsContainTheTruth() {
    var random = SeededGenerator(state: 19)
    for _ in 0..<10_000 {
      let (olderAtStart, olderFreed) = (
        Int.random(in: 0..<200, using: &random), Int.random(in: 0..<200, using: &random)
      )
      let older = max(0, olderAtStart - olderFreed)
      let (live, unseen) = (Int.random(in: 0..<300, using: &random), Int.random(in: 0..<300, using: &random))
      let result = exact(olderAtStart, older + live, live + unseen)
      #expect(result.liveSinceStart.contains(live))
      #expect(result.unseenFrees.contains(unseen))
      #expect(result.olderObjects.contains(older))
      #expect(!result.contradicts(liveObjects: live))
    }
  }
}
