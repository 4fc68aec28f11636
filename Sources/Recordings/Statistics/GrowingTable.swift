/// Growing array without bounds checks in release builds and without reference counting, for the loop over all events.
struct GrowingTable<Element: BitwiseCopyable>: ~Copyable {
  private var elements: UnsafeMutablePointer<Element>
  private var capacity: Int
  private let initial: Element
  /// Number of valid elements.
  private(set) var count = 0

  init(repeating initial: Element, capacity: Int = 1024) {
    elements = .allocate(capacity: capacity)
    elements.initialize(repeating: initial, count: capacity)
    self.capacity = capacity
    self.initial = initial
  }

  deinit { elements.deallocate() }

  /// Makes `index` valid. New elements have the initial value.
  @inline(__always)
  mutating func reach(_ index: Int) {
    guard index >= count else { return }
    count = index + 1
    if count > capacity { grow() }
  }

  /// Accesses an element. The access is in bounds because the caller has made `index` valid with `reach`, which keeps
  /// `count` within the capacity.
  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      assert(index < count)
      return elements[index]
    }
    nonmutating set {
      assert(index < count)
      elements[index] = newValue
    }
  }

  @inline(never)
  private mutating func grow() {
    let larger = max(count, capacity * 2)
    let moved = UnsafeMutablePointer<Element>.allocate(capacity: larger)
    moved.update(from: elements, count: capacity)
    (moved + capacity).initialize(repeating: initial, count: larger - capacity)
    elements.deallocate()
    (elements, capacity) = (moved, larger)
  }
}
