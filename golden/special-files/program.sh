#!/bin/sh
exec echo "a golden program"
