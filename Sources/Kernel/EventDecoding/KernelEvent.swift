import Recordings

/// Event of the kernel's ring buffer, with the kernel's addresses. It is not written to recordings.
struct KernelEvent {
  /// Time in nanoseconds of the trace clock.
  var time: UInt64
  /// Address of the object, head or buffer.
  var pointer: UInt64
  /// Address of the call site.
  var site: UInt64
  var requestedBytes: UInt32 = 0
  var allocatedBytes: UInt32 = 0
  /// Symbol number of the cache's name, or `AllocationEvent.noCache`.
  var cache = AllocationEvent.noCache
  var kind: AllocationEvent.Kind
  var subject = Subject.object

  /// Subject of an event.
  enum Subject: Hashable {
    /// Object of the allocator at `pointer`.
    case object
    /// End of the packet whose head is at `pointer`.
    case packetEnd(PacketEnd)
    /// Length of the packet whose head is at `pointer`, in `requestedBytes`.
    case packetLength
    /// Use of the data buffer at `pointer`, of whose `allocatedBytes` `requestedBytes` are in use.
    case bufferUse
  }
}
