import Recordings
import SlabEngine

/// Allocates and frees as a recording says: on behalf of the recorded call site, at the recorded time. In an engine
/// built without capture, sites and times go nowhere.
struct RecordedCalls {
  #if Capture
    /// The engine's call sites by symbol, registered when a symbol first occurs.
    private var sites: [CallSite] = []

    private mutating func site(_ symbol: UInt32, names: [String], engine: SlabEngine) -> CallSite {
      if Int(symbol) < sites.count { return sites[Int(symbol)] }
      while sites.count < names.count { sites.append(engine.callSite(named: names[sites.count])) }
      return Int(symbol) < sites.count ? sites[Int(symbol)] : .unknown
    }
  #endif

  /// Allocates from a named cache, or, without one, by size.
  @inline(__always)
  mutating func allocate(
    _ cpu: EngineCPU, _ bytes: Int, from cache: SlabCache?, _ event: AllocationEvent, _ symbols: [String],
    _ engine: SlabEngine
  ) -> UnsafeMutableRawPointer? {
    #if Capture
      cpu.captureTime = event.time
      let site = site(event.site, names: symbols, engine: engine)
      if let cache { return cpu.allocate(from: cache, site: site) }
      return cpu.allocate(bytes: bytes, site: site)
    #else
      if let cache { return cpu.allocate(from: cache) }
      return cpu.allocate(bytes: bytes)
    #endif
  }

  /// Frees an object that is live at the end of the recording, outside of what is captured.
  func freeLiveAtEnd(_ cpu: EngineCPU, _ object: UnsafeMutableRawPointer) {
    #if Capture
      cpu.freeLiveAtEnd(object)
    #else
      cpu.free(object)
    #endif
  }

  /// Frees an object on behalf of the event at hand, or of none, if the source does not report its free.
  @inline(__always)
  mutating func free(
    _ cpu: EngineCPU, _ object: UnsafeMutableRawPointer, to cache: SlabCache?, _ event: AllocationEvent?,
    _ symbols: [String], _ engine: SlabEngine
  ) {
    #if Capture
      var site = CallSite.unknown
      if let event {
        cpu.captureTime = event.time
        site = self.site(event.site, names: symbols, engine: engine)
      }
      if let cache { cpu.free(object, to: cache, site: site) } else { cpu.free(object, site: site) }
    #else
      if let cache { cpu.free(object, to: cache) } else { cpu.free(object) }
    #endif
  }
}
