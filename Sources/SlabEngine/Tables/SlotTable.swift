/// Table of trivial values that are found by a small number, such as the live objects of a player by event slot. The value is
/// a handle: all copies refer to the same table, which exists until `destroy()`. One thread at a time may use a table.
///
/// A player accesses a slot of the table, at random, for each event. The table is unmanaged memory, and not an array, for
/// three reasons: its elements are aligned to cache lines, so that an access misses one line and not two; a slot can be
/// prefetched some events before it is accessed; and an access needs no reference count and no check for uniqueness. It is
/// in this module because only this module and the readers of files contain unsafe code.
///
/// The declarations are public, as a system programming interface, because the compiler specialises and inlines only public
/// generic code in other modules.
///
/// Slots are bounds-checked. Only the prefetch is not: it accepts any number,
/// because a prefetch of any address has no effect that a program can see.
@_spi(Replay) public struct SlotTable<Element: BitwiseCopyable>: @unchecked Sendable {
  // Sendable: a table may be passed to another thread. The caller must not use it on two threads at the same time.

  @usableFromInline let header: UnsafeMutablePointer<Header>

  @usableFromInline
  struct Header {
    @usableFromInline var elements: UnsafeMutablePointer<Element>
    @usableFromInline var capacity: Int
    let empty: Element
  }

  private static var alignment: Int { 64 }

  /// Creates a table of empty slots.
  /// - Parameters:
  ///   - empty: Value of an empty slot.
  ///   - capacity: Number of slots.
  public init(empty: Element, capacity: Int = 1024) {
    header = .allocate(capacity: 1)
    header.initialize(
      to: Header(elements: SlotTable.allocate(empty, capacity), capacity: capacity, empty: empty))
  }

  /// Frees the memory of the table. No copy of the handle may be used afterwards.
  public func destroy() {
    UnsafeMutableRawPointer(header.pointee.elements).deallocate()
    header.deallocate()
  }

  /// Number of slots.
  @inlinable
  public var capacity: Int {
    @inline(__always) get { header.pointee.capacity }
  }

  /// The value of a slot, whose number must be less than `capacity`.
  @inlinable
  public subscript(slot: Int) -> Element {
    @inline(__always) get {
      precondition(UInt(bitPattern: slot) < UInt(bitPattern: header.pointee.capacity))
      return header.pointee.elements[slot]
    }
    @inline(__always) nonmutating _modify {
      precondition(UInt(bitPattern: slot) < UInt(bitPattern: header.pointee.capacity))
      yield &header.pointee.elements[slot]
    }
  }

  /// Grows the table until it has the slot.
  @inlinable @inline(__always)
  public func makeRoom(for slot: Int) { if slot >= capacity { grow(beyond: slot) } }

  /// Starts to load a slot into the processor's caches. The table need not have the slot.
  @inlinable @inline(__always)
  public func prefetch(_ slot: Int) {
    let distance = slot &* MemoryLayout<Element>.stride
    prefetchForWriting(UnsafeMutableRawPointer(header.pointee.elements) + distance)
  }

  @usableFromInline @inline(never)
  func grow(beyond slot: Int) {
    var larger = max(1, capacity)
    while larger <= slot { larger *= 2 }
    let grown = SlotTable.allocate(header.pointee.empty, larger)
    grown.update(from: header.pointee.elements, count: capacity)
    UnsafeMutableRawPointer(header.pointee.elements).deallocate()
    (header.pointee.elements, header.pointee.capacity) = (grown, larger)
  }

  private static func allocate(_ empty: Element, _ capacity: Int) -> UnsafeMutablePointer<Element> {
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: capacity * MemoryLayout<Element>.stride, alignment: SlotTable.alignment)
    return memory.initializeMemory(as: Element.self, repeating: empty, count: capacity)
  }
}
