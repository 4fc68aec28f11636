import Profiles
import Recordings

/// Figures of each context, counted from a list of all objects with dictionaries: slow and simple.
struct ReferenceProfile {
  private struct Object {
    var context: AllocationContext
    var cpu: UInt16
    var time: UInt64
    var began: Int
  }

  var figures: [AllocationContext: AllocationFigures] = [:]
  var liveAtPeak: [AllocationContext: Int] = [:]
  var freesByCPU: [[Int]: Int] = [:]
  private var objects: [UInt32: Object] = [:]
  private var live: [AllocationContext: Int] = [:]
  private var (now, bytes, peakBytes) = (0, 0, 0)

  init(_ events: [AllocationEvent], _ symbols: [String]) {
    let start = events.first?.time ?? 0
    for event in events {
      now = max(now, Int(event.time) - Int(start))
      switch event.outcome {
      case .allocated: begin(event, symbols)
      case .allocatedOverLive:
        end(event, isSeen: false)
        begin(event, symbols)
      case .freed: end(event, isSeen: true)
      case .failed, .unmatched, .null, .zeroSize: break
      }
    }
    let end = events.map(\.time).max() ?? 0
    for object in objects.values {
      figures[object.context]!.liveObjectMicroseconds += now - object.began
      figures[object.context]!.ages = ReferenceProfile.adding(
        object.time < end ? end - object.time : 0, to: figures[object.context]!.ages)
    }
  }

  private mutating func begin(_ event: AllocationEvent, _ symbols: [String]) {
    let cache =
      event.cache != AllocationEvent.noCache
      ? symbols[Int(event.cache)]
      : event.allocatedBytes > 8192 ? "kmalloc-large" : KmallocKind.normal.cacheName(bytes: Int(event.allocatedBytes))
    let context = AllocationContext(
      site: symbols[Int(event.site)], cache: cache, isGeneral: event.kind == .kmalloc,
      requestedBytes: Int(event.requestedBytes), allocatedBytes: Int(event.allocatedBytes))
    objects[event.slot] = Object(context: context, cpu: event.cpu, time: event.time, began: now)
    live[context, default: 0] += 1
    if context.isGeneral { bytes += context.requestedBytes }
    var counts = figures[context] ?? AllocationFigures()
    counts.allocObjects += 1
    counts.requestedBytes += context.requestedBytes
    counts.allocBytes += context.allocatedBytes
    counts.liveObjects += 1
    counts.liveRequestedBytes += context.requestedBytes
    counts.liveBytes += context.allocatedBytes
    counts.peakLiveObjects = max(counts.peakLiveObjects ?? 0, live[context]!)
    figures[context] = counts
    if bytes > peakBytes { (peakBytes, liveAtPeak) = (bytes, live) }
  }

  private mutating func end(_ event: AllocationEvent, isSeen: Bool) {
    let object = objects.removeValue(forKey: event.slot)!
    live[object.context]! -= 1
    if object.context.isGeneral { bytes -= object.context.requestedBytes }
    var counts = figures[object.context]!
    counts.liveObjects -= 1
    counts.liveRequestedBytes -= object.context.requestedBytes
    counts.liveBytes -= object.context.allocatedBytes
    counts.liveObjectMicroseconds += now - object.began
    if isSeen {
      counts.freeObjects += 1
      if object.cpu != event.cpu { counts.remoteFrees += 1 }
      freesByCPU[[Int(object.cpu), Int(event.cpu)], default: 0] += 1
      let lifetime = event.time > object.time ? event.time - object.time : 0
      counts.lifetimes = ReferenceProfile.adding(lifetime, to: counts.lifetimes)
    } else {
      counts.unseenFrees += 1
    }
    figures[object.context] = counts
  }

  private static func adding(_ microseconds: UInt64, to histogram: LifetimeHistogram) -> LifetimeHistogram {
    var buckets = histogram.buckets
    let bucket = microseconds == 0 ? 0 : UInt64.bitWidth - microseconds.leadingZeroBitCount
    while buckets.count <= bucket { buckets.append(0) }
    buckets[bucket] += 1
    return LifetimeHistogram(buckets)
  }
}
