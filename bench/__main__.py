"""`python -m bench`: every benchmark of the product's pages."""

from bench.pages.run import main

if __name__ == "__main__":
    main()
