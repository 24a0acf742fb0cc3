"""What if: past tickets measured by other terms; and the screen that asks."""
