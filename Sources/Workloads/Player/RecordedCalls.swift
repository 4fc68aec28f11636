import Recordings
import SlabEngine

/// Allocates and frees on behalf of the recorded call site, at the recorded time, for the engine's data capture. In an engine that was
/// built without capture, call sites and times are ignored.
struct RecordedCalls {
  #if Capture
    /// Call sites of the engine, by symbol; registered at the first use of a symbol.
    private var sites: [CallSite] = []

    @inline(__always)
    private mutating func site(_ symbol: UInt32, names: [String], engine: SlabEngine) -> CallSite {
      if Int(symbol) < sites.count { return sites[Int(symbol)] }
      return registerSites(upTo: symbol, names: names, engine: engine)
    }

    @inline(never)
    private mutating func registerSites(upTo symbol: UInt32, names: [String], engine: SlabEngine) -> CallSite {
      while sites.count < names.count { sites.append(engine.callSite(named: names[sites.count])) }
      return Int(symbol) < sites.count ? sites[Int(symbol)] : .unknown
    }
  #endif

  /// Allocates from a cache, or from the general caches if `cache` is nil.
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

  /// Frees an object whose free the recording does not contain.
  func freeUnseen(_ cpu: EngineCPU, _ object: UnsafeMutableRawPointer) {
    #if Capture
      cpu.freeUnseen(object)
    #else
      cpu.free(object)
    #endif
  }

  /// Frees an object on behalf of an event.
  @inline(__always)
  mutating func free(
    _ cpu: EngineCPU, _ object: UnsafeMutableRawPointer, to cache: SlabCache?, _ event: AllocationEvent,
    _ symbols: [String], _ engine: SlabEngine
  ) {
    #if Capture
      cpu.captureTime = event.time
      let site = site(event.site, names: symbols, engine: engine)
      if let cache { cpu.free(object, to: cache, site: site) } else { cpu.free(object, site: site) }
    #else
      if let cache { cpu.free(object, to: cache) } else { cpu.free(object) }
    #endif
  }
}
